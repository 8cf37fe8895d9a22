import { describeOwner } from '../../domain/owner.ts';
import { NotFoundError } from '../errors.ts';
import { writeValue } from '../output.ts';
import type { RolloutTarget } from '../owner-argument.ts';
import { renderRevision, renderRevisions } from '../render/revisions.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeData, writeStory } from '../terminal.ts';
import { viewRevision } from '../views/revision-view.ts';
import { fetchRevisions } from './fetch-revisions.ts';
import { findTarget } from './find-target.ts';

type HistoryFlags = { readonly revision?: number; readonly cluster?: string; readonly output: 'table' | 'json' | 'yaml' };

/** @throws NotFoundError where there is no such revision, or it has not changed that owner */
export async function showRevisions(target: RolloutTarget, { revision, cluster: within, output }: HistoryFlags): Promise<void> {
  const { cluster, owner, answer } = await withTemporal(async (session) => {
    const found = await findTarget(session, target, within);
    const { cluster: name, ...scope } = found;
    return { ...found, answer: await fetchRevisions(session, { name, ...scope }) };
  });
  const subject = owner === undefined ? `cluster/${cluster}` : describeOwner(owner);
  const shown = revision === undefined ? answer.revisions : answer.revisions.filter((candidate) => candidate.revision === revision);
  const [only] = shown;
  if (revision !== undefined && only === undefined) {
    throw new NotFoundError({ what: `${subject} has no revision ${revision}`, next: [`slipway rollout history ${subject}`] });
  }
  if (output !== 'table') {
    const items = shown.map(viewRevision);
    return writeValue(revision === undefined ? { kind: 'RevisionList', cluster, subject, leftOut: answer.leftOut, items } : items[0], output);
  }
  if (revision !== undefined && only !== undefined) return writeData(renderRevision(subject, only, colorsFor(process.stdout)));
  writeData(renderRevisions(shown));
  if (answer.leftOut > 0) writeStory(`${answer.leftOut} earlier revisions are not shown: the answer would be too large`);
}
