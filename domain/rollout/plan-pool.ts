import { DEFAULT_ROLLOUT } from '../../api/defaults.ts';
import type { DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import type { Machine } from '../machine.ts';
import type { ObservedNode } from '../observation.ts';
import type { LanePlan } from '../plan-parts.ts';
import { selectWorkerVictims } from '../scale/select-worker-victims.ts';
import { isReadyLongEnough, viewWorker } from '../scale/view-worker.ts';
import { decideWorkerRollout, type PoolMachine, type PoolRollout, type PoolWish } from './decide-worker-rollout.ts';
import { gateReasons, pauseReasons } from './hold-rollout.ts';
import { resolveAmounts } from './resolve-amount.ts';
import { turnReasons, type Outdated } from './rollout-turn.ts';

type PoolRemoval = PoolRollout['remove'][number];

type Pool = {
  readonly deployment: DesiredMachineDeployment;
  /** Those that stay. */
  readonly machines: readonly Machine[];
  readonly outdated: Outdated;
  readonly nodes: readonly ObservedNode[];
  /** Epoch milliseconds at which the Nodes were seen. */
  readonly seenAt: number;
};

/** Why no Machine of the pool is replaced, which is told to people; undefined: nothing is in the way. */
export function poolHeldUp(state: ClusterState, deployment: DesiredMachineDeployment): LanePlan['waiting'][number] | undefined {
  const subject = deployment.name;
  const turn = turnReasons(state, deployment);
  if (turn.length > 0) return { subject, role: 'worker', reasons: turn };
  const paused = pauseReasons(state, { role: 'worker', name: subject });
  return paused.length === 0 ? undefined : { subject, role: 'worker', reasons: paused, person: true };
}

/** The next Machines of a pool that come and go so that all have its template. */
export function planPool(state: ClusterState, pool: Pool): LanePlan & { readonly remove: readonly PoolRemoval[] } {
  const { deployment } = pool;
  const { name: owner, replicas, deletePolicy = 'Random', rollout = {} } = deployment;
  const machines = pool.machines.map((machine) => viewMachine(machine, pool));
  const isProven = machines.some(({ outdated, available }) => !outdated && available);
  const gate = isProven ? gateReasons(state, 'after-canary') : [];
  const wish: PoolWish = { replicas, deletePolicy, ...resolveAmounts(replicas, rollout) };
  if (gate.length > 0) return { start: [], remove: removeWhileHeld(machines, wish), waiting: [{ subject: owner, role: 'worker', reasons: gate, person: true }] };
  const decision = decideWorkerRollout(machines, wish);
  if (decision.action === 'wait') return { start: [], remove: [], ...waitFor(state, pool, decision.reasons) };
  const surge = decision.create === 0 ? {} : { surge: { owner, role: 'worker' as const, count: decision.create, reasons: [...new Set([...pool.outdated.values()].flat())] } };
  return { start: [], remove: decision.remove, waiting: [], ...surge };
}

/** Nothing that serves is replaced; but replicas may be taken back, and what is outdated and of no use need not stay beyond them. */
function removeWhileHeld(machines: readonly PoolMachine[], { replicas, maxSurge, deletePolicy }: PoolWish): readonly PoolRemoval[] {
  const select = (from: readonly PoolMachine[], count: number): readonly PoolRemoval[] =>
    selectWorkerVictims(from, { count, deletePolicy }).map(({ machine, reasons }) => ({ machine: machine.name, reasons }));
  const useless = select(machines.filter(({ outdated, available }) => outdated && !available), machines.length - replicas);
  const others = machines.filter(({ name }) => !useless.some(({ machine }) => machine === name));
  return [...useless, ...select(others, others.length - replicas - maxSurge)];
}

function viewMachine(machine: Machine, { nodes, outdated, deployment, seenAt }: Pool): PoolMachine {
  const node = nodes.find(({ name }) => name === machine.name);
  const available = machine.phase === 'Running' && node !== undefined && isReadyLongEnough(node, deployment, seenAt);
  return { ...viewWorker(machine, node), outdated: outdated.has(machine.name), available };
}

/** A rollout that makes no progress stops by itself: what serves goes on serving, and a person decides. */
function waitFor(state: ClusterState, { deployment, machines, seenAt }: Pool, reasons: readonly string[]): Pick<LanePlan, 'waiting' | 'stuck'> {
  const { name: subject, progressDeadlineSeconds = DEFAULT_ROLLOUT.progressDeadlineSeconds } = deployment;
  const operation = currentOperation(state);
  const decided = operation?.decisions?.at(-1)?.at ?? 0;
  const lastProgress = Math.max(decided, operation?.startedAt ?? 0, ...machines.map(({ phaseSince }) => phaseSince));
  if (seenAt - lastProgress <= progressDeadlineSeconds * 1000) return { waiting: [{ subject, role: 'worker', reasons, recheck: true }] };
  return { waiting: [], stuck: [`${subject}: no progress for ${progressDeadlineSeconds} s (progressDeadlineSeconds)`, ...reasons] };
}
