import { describeOwner, type Owner } from '../../domain/owner.ts';
import { DetachedError } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { observeCluster } from '../observe-cluster.ts';
import { writeValue } from '../output.ts';
import type { RolloutTarget } from '../owner-argument.ts';
import { renderRollout } from '../render/rollout.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { hasWorker } from '../temporal/run-workflow.ts';
import { withTemporal, type TemporalSession } from '../temporal/session.ts';
import { colorsFor, writeData } from '../terminal.ts';
import { viewRollout } from '../views/rollout-view.ts';
import { selectShown, type ShownRollout } from '../views/shown-rollout.ts';
import { findTarget } from './find-target.ts';
import { followStatus } from './follow-status.ts';
import { createSilentStatusView, createStatusView } from './status-views.ts';

type StatusFlags = { readonly watch: boolean; readonly timeout?: number; readonly cluster?: string; readonly output: 'table' | 'json' | 'yaml' };

/** @throws DetachedError on Ctrl-C; what followStatus throws; NotFoundError */
export async function showRolloutStatus(target: RolloutTarget, flags: StatusFlags): Promise<void> {
  const { watch, output } = flags;
  await withTemporal(async (session) => {
    const { cluster, owner } = await findTarget(session, target, flags.cluster);
    const asked = { cluster, ...(owner === undefined ? {} : { owner }) };
    const shown = watch ? await follow(session, { ...asked, ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }), silent: output !== 'table' }) : await lookOnce(session, asked);
    if (output !== 'table') await writeValue(viewRollout(owner === undefined ? `cluster/${cluster}` : describeOwner(owner), shown), output);
    else if (!watch) writeData(renderRollout(shown, colorsFor(process.stdout)));
    if (!shown.complete) process.exitCode = exitCodeOf('differs');
  });
}

type Asked = { readonly cluster: string; readonly owner?: Owner };

async function lookOnce(session: TemporalSession, { cluster, owner }: Asked): Promise<ShownRollout> {
  const state = await fetchCluster(session, cluster);
  return selectShown(state, (await observeCluster(session, state)).nodes, owner);
}

async function follow(session: TemporalSession, asked: Asked & { readonly timeoutMs?: number; readonly silent: boolean }): Promise<ShownRollout> {
  const { cluster, owner, timeoutMs, silent } = asked;
  const abort = new AbortController();
  const detach = (): void => {
    if (abort.signal.aborted) process.exit(exitCodeOf('detached'));
    abort.abort(new DetachedError({ what: `detached from the rollout of cluster ${cluster}`, unchanged: 'the work goes on without this terminal' }));
  };
  // Not `once`: log-update ends the process on a signal that nobody else listens to.
  process.on('SIGINT', detach);
  process.on('SIGTERM', detach);
  const view = silent ? createSilentStatusView() : createStatusView();
  try {
    return await followStatus({
      cluster,
      ...(owner === undefined ? {} : { owner }),
      look: () => fetchCluster(session, cluster),
      observe: async (state) => (await observeCluster(session, state)).nodes,
      hasWorker: () => hasWorker(session),
      view,
      signal: abort.signal,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  } finally {
    view.end();
    process.off('SIGINT', detach);
    process.off('SIGTERM', detach);
  }
}
