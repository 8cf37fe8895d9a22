import { enter } from './kubeadm.ts';
import { findMachine, reachMachine } from './machines.ts';
import type { Outcome } from './outcome.ts';
import { refuse } from './outcome.ts';
import type { KubeadmRun, SimulatedCluster, SimulatedMachine } from './state.ts';

export type CommandRequest = Pick<KubeadmRun, 'operation' | 'role' | 'generation'> & { readonly machine: string };

export type CommandAnswer =
  | { readonly done: false; readonly waitingFor: string }
  | { readonly done: true; readonly exitCode: number; readonly output: string };

/** Generations of one step share a block: within it a failure is the answer, in the next it is tried again. */
const block = 1000;

/** kubeadm as a durable command: attached to where it runs, told where it ended, fenced where it is old. */
export function runCommand(cluster: SimulatedCluster, request: CommandRequest): Outcome<CommandAnswer> {
  const reached = reachMachine(cluster, request.machine);
  if (reached.refused !== undefined) return reached;
  const machine = reached.value;
  const known = [machine.run, ...machine.earlierRuns].find((run) => run?.operation === request.operation);
  if (known !== undefined && request.generation < known.generation) {
    const message = `Machine ${machine.name}: refused generation ${request.generation} of operation ${request.operation}: generation ${known.generation} was there already. Nothing was changed there.`;
    return refuse(cluster, { name: 'FencedAttemptError', message });
  }
  if (known?.ended !== undefined && !startsAnew(known, request)) {
    return { cluster, value: { done: true, exitCode: known.ended.exitCode, output: known.ended.output } };
  }
  if (machine.run !== undefined && machine.run.ended === undefined) {
    if (machine.run === known) return { cluster, value: { done: false, waitingFor: `kubeadm: ${known.phase}` } };
    const message = `Machine ${machine.name}: ${request.operation} was not started: ${machine.run.operation} is under way there.`;
    return refuse(cluster, { name: 'DurableCommandRefusedError', message });
  }
  return { cluster: start(cluster, machine, request), value: { done: false, waitingFor: request.operation } };
}

function startsAnew(known: KubeadmRun, request: CommandRequest): boolean {
  const isOtherBlock = Math.floor(known.generation / block) !== Math.floor(request.generation / block);
  return known.ended?.exitCode !== 0 && isOtherBlock;
}

function start(cluster: SimulatedCluster, machine: SimulatedMachine, request: CommandRequest): SimulatedCluster {
  const { operation, role, generation } = request;
  const { run: last, ...rest } = machine;
  const earlierRuns = [...machine.earlierRuns, ...(last === undefined ? [] : [last])].filter((run) => run.operation !== operation);
  const phase = role === 'reset' ? 'reset' : 'preflight';
  const run: KubeadmRun = { operation, role, generation, phase, phaseSince: cluster.at };
  return enter(cluster, { ...rest, earlierRuns, run }, phase);
}

/** Bootstrap data lies on the Machine until a reset. */
export function writeBootstrapData(
  cluster: SimulatedCluster,
  request: { readonly machine: string } & NonNullable<SimulatedMachine['bootstrapData']>,
): Outcome<null> {
  const reached = reachMachine(cluster, request.machine);
  if (reached.refused !== undefined) return reached;
  const { machine: name, role, generation, paths } = request;
  const machine = findMachine(cluster, name) ?? reached.value;
  const machines = cluster.machines.map((other) => (other === machine ? { ...machine, bootstrapData: { role, generation, paths } } : other));
  return { cluster: { ...cluster, machines }, value: null };
}
