import { compareDesired } from '../../api/compare-desired.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { describeChange } from '../decide-apply.ts';
import { describeOwner, findDesired, type Owner } from '../owner.ts';
import { touches, type UndoTarget } from './decide-undo.ts';
import { withEarlierTemplate } from './undo-template.ts';

/** One specification that was accepted: by whom, when (epoch milliseconds, workflow time) and why; what undo goes back to. */
export type Revision = UndoTarget & { readonly actor: string; readonly reason: string; readonly at: number };

export type RevisionSummary = Omit<Revision, 'desired'> & {
  /** What it changed, a line each; of the first revision nothing is before it. Secrets are hidden. */
  readonly changes: readonly string[];
};

export type UndoTargetChoice =
  | { readonly action: 'found'; readonly target: UndoTarget; readonly reasons: readonly string[] }
  | { readonly action: 'none'; readonly reasons: readonly string[] };

/** As many as a page of the journal: far below what Temporal takes as one payload. */
const maxBytes = 300_000;
const maxChanges = 40;
const maxLine = 500;

/** The newest last; with an owner, those alone that changed it, and the one that it came with. */
export function revisionHistory(revisions: readonly Revision[], owner?: Owner): { readonly revisions: readonly RevisionSummary[]; readonly leftOut: number } {
  const all = revisions.flatMap((revision, index) => summarize(revision, { before: revisions[index - 1], owner }));
  let bytes = 0;
  const kept: RevisionSummary[] = [];
  for (const summary of all.toReversed()) {
    bytes += JSON.stringify(summary).length;
    if (kept.length > 0 && bytes > maxBytes) break;
    kept.unshift(summary);
  }
  return { revisions: kept, leftOut: all.length - kept.length };
}

function summarize({ desired, ...who }: Revision, { before, owner }: { readonly before: Revision | undefined; readonly owner: Owner | undefined }): readonly RevisionSummary[] {
  const all = before === undefined ? [] : compareDesired(before.desired, desired);
  const own = owner === undefined ? all : all.filter(({ field }) => touches(field, owner));
  if (owner !== undefined && before !== undefined && own.length === 0) return [];
  const lines = own.map((change) => cut(describeChange(change)));
  const more = lines.length > maxChanges ? [`and ${lines.length - maxChanges} more`] : [];
  return [{ ...who, changes: [...lines.slice(0, maxChanges), ...more] }];
}

function cut(line: string): string {
  return line.length <= maxLine ? line : `${line.slice(0, maxLine)} …`;
}

/**
 * As kubectl chooses it: the revision that was named, or else the newest one before the current whose
 * template is another.
 */
export function chooseUndoTarget(
  revisions: readonly Revision[],
  request: { readonly current: UndoTarget; readonly owner?: Owner; readonly toRevision?: number },
): UndoTargetChoice {
  const { current, owner, toRevision } = request;
  const subject = owner === undefined ? `cluster/${current.desired.name}` : describeOwner(owner);
  if (toRevision !== undefined) {
    const found = revisions.find(({ revision }) => revision === toRevision);
    const known = revisions.map(({ revision }) => revision).join(', ');
    return found === undefined ? { action: 'none', reasons: [`there is no revision ${toRevision}; there are ${known}`] } : choose(found, 'it was asked for');
  }
  const earlier = revisions.filter(({ revision }) => revision < current.revision);
  const found = earlier.findLast(({ desired }) => isOther(current.desired, desired, owner));
  if (found === undefined) return { action: 'none', reasons: [`${subject} has no earlier revision with another template`] };
  const restart = owner === undefined ? undefined : restartSince(revisions, { since: found.revision, owner });
  if (restart !== undefined) {
    return { action: 'none', reasons: [`revision ${restart} restarted ${subject} from the template that it had: there is nothing to undo. Before that its template was another in revision ${found.revision}: say --to-revision ${found.revision} if that is meant`] };
  }
  return choose(found, `it is the newest before revision ${current.revision} with another template`);
}

/** Whoever wants a restart back does not want the upgrade before it back. */
function restartSince(revisions: readonly Revision[], { since, owner }: { readonly since: number; readonly owner: Owner }): number | undefined {
  const afterOf = (revision: Revision | undefined): number | undefined => (revision === undefined ? undefined : findDesired(revision.desired, owner)?.rollout?.after);
  return revisions.findLast((revision, index) => revision.revision > since && afterOf(revision) !== undefined && afterOf(revision) !== afterOf(revisions[index - 1]))?.revision;
}

function choose({ revision, desired }: Revision, reason: string): UndoTargetChoice {
  return { action: 'found', target: { revision, desired }, reasons: [reason] };
}

function isOther(current: DesiredCluster, earlier: DesiredCluster, owner: Owner | undefined): boolean {
  const undone = withEarlierTemplate(current, earlier, owner);
  return undone !== undefined && compareDesired(current, undone).length > 0;
}
