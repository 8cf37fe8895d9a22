import { DEFAULT_ROLLOUT } from '../../api/defaults.ts';
import type { DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { isToGoFirst } from '../machine-annotations.ts';
import type { Machine } from '../machine.ts';
import type { ObservedNode } from '../observation.ts';
import type { WorkerMachine } from './select-worker-victims.ts';

/** A worker as the choice of who goes sees it. */
export function viewWorker(machine: Machine, node: ObservedNode | undefined): WorkerMachine {
  const { name, uid, phase, createdAt, takenBack } = machine;
  return { name, uid, phase, createdAt, nodeHealthy: node?.ready ?? 'Unknown', ...(isToGoFirst(machine) ? { deleteFirst: true } : {}), ...(takenBack === undefined ? {} : { takenBack }) };
}

/** Ready, and for minReadySeconds when the Nodes were seen (epoch milliseconds). */
export function isReadyLongEnough({ ready, readySince }: ObservedNode, pool: Pick<DesiredMachineDeployment, 'minReadySeconds'> | undefined, seenAt: number): boolean {
  const { minReadySeconds = DEFAULT_ROLLOUT.minReadySeconds } = pool ?? {};
  return ready === 'True' && seenAt - readySince >= minReadySeconds * 1000;
}
