import { expect, test } from 'vitest';
import { DrainImpossibleError } from '../../activities/kubernetes/errors.ts';
import { followOperation, type Followed } from '../../cli/follow/follow-operation.ts';
import { fetchProgress } from '../../cli/follow/progress.ts';
import { findViews, type View } from '../../cli/get/find-views.ts';
import { followViews } from '../../cli/get/watch-views.ts';
import { openSession, type TemporalSession } from '../../cli/temporal/session.ts';
import { currentOperation } from '../../domain/cluster-state.ts';
import { resumeUpdate, scaleUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, desiredCluster, isBlocked, operationEnded, refusedAs, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();
const callers = 20;
const name = 'crowd';

const open = () => openSession({ address: env().address, namespace: 'default', origin: 'environment', connection: { address: env().address } });
const phaseOf = (views: readonly View[], id: string) => views.flatMap((view) => (view.kind === 'Operation' && view.id === id ? [view.phase] : []))[0];

const refuseEnd = () => Promise.reject(new Error('the cluster stays'));

/** As `slipway get operations --watch`. */
function watch(session: TemporalSession, operation: string, signal: AbortSignal) {
  const phases = new Set<string | undefined>();
  const screen = { show: async (views: readonly View[]) => void phases.add(phaseOf(views, operation)), end: () => undefined };
  const look = () => findViews(session, { kind: 'operation', names: [], cluster: name });
  return { phases, ended: followViews({ look, hasWorker: async () => true, screen, signal, pollMs: 100 }) };
}

/** As every command that waits for what it asked for. */
function follow(session: TemporalSession, operationId: string, signal: AbortSignal): Promise<Followed> {
  const view = { show: () => undefined, silent: () => undefined, end: () => undefined };
  return followOperation({ cluster: name, operationId, view, look: (before) => fetchProgress(session, name, before), hasWorker: async () => true, readEnd: refuseEnd, signal, pollMs: 100, timeoutMs: 60_000 });
}

test('twenty callers wait on a Blocked operation, and one abort goes through', { timeout: 120_000 }, async () => {
  const world = createFakeWorld();
  await withWorkers(env(), world, async () => {
    await applyCluster(env(), desiredCluster(name, 1, 2));
    await untilState(env(), name, operationEnded);
    world.failing.set('drainNode', () => new DrainImpossibleError('w-1', ['two PodDisruptionBudgets match']));
    const owner = { role: 'worker', name: `${name}-md-0` } as const;
    const { operationId } = await clusterHandle(env(), name).executeUpdate(scaleUpdate, { args: [{ owner, replicas: 1, actor: 'tester' }] });
    const sessions = await Promise.all(Array.from({ length: callers }, open));
    const stop = new AbortController();
    try {
      const followers = sessions.map((session) => follow(session, operationId, stop.signal));
      const watchers = sessions.map((session) => watch(session, operationId, stop.signal));
      expect((await Promise.all(followers)).map((followed) => followed.kind === 'rested' && followed.operation.phase)).toEqual(Array.from({ length: callers }, () => 'Blocked'));
      await expect.poll(() => watchers.every(({ phases }) => phases.has('Blocked')), { timeout: 90_000 }).toBe(true);

      world.failing.clear();
      const abort = () => clusterHandle(env(), name).executeUpdate(resumeUpdate, { args: [{ how: 'abort', actor: 'tester', reason: 'not now' }] });
      const aborts = await Promise.allSettled(Array.from({ length: callers }, abort));
      const accepted = aborts.flatMap((result) => (result.status === 'fulfilled' ? [result.value.operationId] : []));
      expect(accepted).toHaveLength(1);
      const refused = aborts.flatMap((result): readonly unknown[] => (result.status === 'rejected' ? [result.reason] : []));
      expect(refused).toMatchObject(Array.from({ length: callers - 1 }, () => refusedAs('Conflict', 'is not Blocked')));

      const ends = await Promise.all(sessions.map((session) => follow(session, accepted[0] ?? '', stop.signal)));
      expect(ends.every((followed) => followed.kind === 'rested' && followed.operation.phase === 'Succeeded')).toBe(true);
      await expect.poll(() => watchers.every(({ phases }) => phases.has('Superseded')), { timeout: 90_000 }).toBe(true);
      const state = await untilState(env(), name, (seen) => !isBlocked(seen) && currentOperation(seen)?.phase === 'Succeeded');
      expect(state.machines.filter(({ role }) => role === 'worker')).toHaveLength(2);
      stop.abort();
      await Promise.all(watchers.map(({ ended }) => ended));
    } finally {
      stop.abort();
      await Promise.all(sessions.map(({ connection }) => connection.close()));
    }
  });
});
