import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import type { MachineRole } from '../../../domain/machine.ts';
import type { Operation } from '../../../domain/operation.ts';
import { sealText } from '../../../api/sealed-text.ts';
import { mapSecrets } from '../../../api/secrets.ts';
import { draw } from '../../../simulator/rules/random.ts';
import { clusterQuery, deleteUpdate, pauseRolloutUpdate, replaceMachineUpdate, scaleUpdate, undoUpdate, type CommandAccepted, type ResumeHow } from '../../../workflows/messages.ts';
import { clusterHandle } from '../cluster-fixture.ts';
import { applyDesired } from '../simulated-world.ts';
import { startWriting } from '../write-sequence.ts';
import { checkInvariants } from './check-invariants.ts';
import type { OperationRuns } from './choose-faults.ts';
import type { Fault } from './faults.ts';
import { followOperation, isInjected, lastingFailures } from './follow-operation.ts';
import type { MatrixWorld } from './matrix-world.ts';
import type { DrivenCluster, Scenario } from './scenario.ts';
import { againWhereLost } from './send-again.ts';
import { readHeld, readRecords, type Size } from './snapshot.ts';

/** What Temporal lists, and workflows that have reported and are about to close, are a moment behind. */
const settleMs = 15_000;

export type Life = {
  readonly world: MatrixWorld;
  readonly scenario: Scenario;
  readonly cluster: string;
  /** By operation. */
  readonly faults: readonly (readonly Fault[])[];
  readonly seed: string;
};

/** A cluster that a scenario drives, with what ran in each operation. */
export function driveCluster(life: Life): { readonly driven: DrivenCluster; readonly operations: readonly OperationRuns[]; readonly stop: () => Promise<void> } {
  const { world, scenario, cluster, faults, seed } = life;
  const { worker, simulator } = world;
  const handle = clusterHandle(world.env, cluster);
  const operations: OperationRuns[] = [];
  const owner = (role: MachineRole) => ({ role, name: `${cluster}-${role === 'worker' ? 'md-0' : 'control-plane'}` });
  let size: Size = { controlPlanes: 0, workers: 0 };
  let uid = '';
  let writing: ReturnType<typeof startWriting> | undefined;

  const check = async (state: ClusterState, when: 'Done' | 'Blocked'): Promise<void> => {
    uid = state.identity.uid;
    for (const deadline = Date.now() + settleMs; ; await delay(250)) {
      const acknowledged = [...(writing?.written.acknowledged ?? [])];
      const [held, records] = await Promise.all([readHeld(simulator, uid), readRecords(world, { name: cluster, uid })]);
      const violations = checkInvariants({ held, state, expected: size, acknowledged, ...records }, when);
      if (violations.length === 0) return;
      if (Date.now() > deadline) throw new Error(`${when}, and not sound:\n${violations.join('\n')}`);
    }
  };

  /** By seed; a create can only be deleted, a delete only go on, and what the scenario itself stops is to go on. */
  const decide = ({ verb, id }: Operation, blocks: number): ResumeHow => {
    const mayAbort = blocks === 0 && (verb === 'scale' || verb === 'replace');
    return mayAbort && draw(seed, `${id}/decision`) < 0.5 ? 'abort' : 'retry';
  };

  /** Faults wait from here on; what they have not struck by its end waits on. */
  const operation = async (expected: Size, send: () => Promise<CommandAccepted | undefined>, blocks = 0): Promise<void> => {
    await worker.arm(faults[operations.length] ?? []);
    for (;;) {
      const accepted = await againWhereLost(send);
      if (accepted === undefined) break;
      const before = size;
      const { state, aborted } = await followOperation(
        { world, cluster, blocks, decide: (blocked) => decide(blocked, blocks), onBlocked: async (seen) => (holdsNothing(seen) ? undefined : check(seen, 'Blocked')) },
        accepted.operationId,
      );
      uid = state.identity.uid;
      size = aborted ? before : expected;
      if (state.phase !== 'Deleting') await check(state, 'Done');
      if (!aborted) break;
    }
    // Not every failure that lasts stops an operation; what it has struck is enough.
    for (const subject of lastingFailures(world)) await worker.lift(subject);
    // What was told last is on its way.
    await delay(200);
    operations.push(new Map(worker.ran));
    worker.ran.clear();
  };

  const look = async () => ({ state: await handle.query(clusterQuery), held: await readHeld(simulator, uid) });

  const applyManifest = async (manifest: DesiredCluster): Promise<CommandAccepted> => {
    const desired = mapSecrets(manifest, (value) => ('plain' in value ? { sealed: sealText(world.sealingKey, value.plain, 'manifest') } : value));
    const options = scenario.continueAsNewEveryPass === undefined ? {} : { continueAsNewEveryPass: true };
    try {
      return await applyDesired(world.env, desired, options);
    } catch (error) {
      // Refused at the door: who asked asks again.
      if (!isInjected(error, 'admitCluster')) throw error;
      await worker.lift('admitCluster');
      return applyDesired(world.env, desired, options);
    }
  };

  const driven: DrivenCluster = {
    name: cluster,
    look,
    apply: (change) => operation(size, () => applyManifest(change(scenario.manifest(cluster, size)))),
    pauseRollout: async (role) => {
      await againWhereLost(() => handle.executeUpdate(pauseRolloutUpdate, { args: [{ owner: owner(role), paused: true, actor: 'tester', reason: 'not now' }] }));
    },
    undo: async (role, { revision, desired }) => {
      await operation(size, () => handle.executeUpdate(undoUpdate, { args: [{ owner: owner(role), target: { revision, desired }, actor: 'tester', reason: 'it was better before' }] }));
    },
    simulate: async (asked, request) => {
      await simulator.call(asked, request(uid), { signal: AbortSignal.timeout(30_000), answer: z.unknown() });
    },
    create: async (wanted) => {
      await operation(wanted, () => applyManifest(scenario.manifest(cluster, wanted)));
      writing = startWriting((key) => simulator.call('control/write', { cluster: uid, key, value: key }, { signal: AbortSignal.timeout(5000), answer: z.unknown() }), 50);
    },
    scale: async (role, replicas, { blocks } = {}) => {
      const expected = role === 'worker' ? { ...size, workers: replicas } : { ...size, controlPlanes: replicas };
      await operation(expected, () => handle.executeUpdate(scaleUpdate, { args: [{ owner: owner(role), replicas, actor: 'tester' }] }), blocks === true ? 1 : 0);
    },
    deleteMachine: async (role) => {
      const { state, held } = await look();
      const leader = held.etcd.members.find(({ id }) => id === held.etcd.leader)?.name;
      const candidates = state.machines.filter((machine) => machine.role === role).map(({ name }) => name);
      const machine = candidates.find((name) => name === leader) ?? candidates[0] ?? '';
      await operation(size, async () => {
        // An abort comes too late for a Machine that was on its way out.
        const isThere = (await look()).state.machines.some(({ name }) => name === machine);
        return isThere ? handle.executeUpdate(replaceMachineUpdate, { args: [{ machine, actor: 'tester' }] }) : undefined;
      });
    },
    delete: async () => {
      await writing?.stop();
      await operation(size, () => handle.executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] }));
      await handle.result();
    },
  };
  return { driven, operations, stop: async () => void (await writing?.stop()) };
}

/** Nothing was made yet, or it is being taken away and may be gone: there is no quorum to look after. */
function holdsNothing({ machines, phase }: ClusterState): boolean {
  return machines.length === 0 || phase === 'Deleting';
}
