import { enter, phasesOf } from './kubeadm.ts';
import { reachMachine, replaceMachine } from './machines.ts';
import type { Outcome } from './outcome.ts';
import { refuse } from './outcome.ts';
import type { BootstrapRole, KubeadmRun, SimulatedCluster, SimulatedMachine } from './state.ts';

export type CommandRequest = Pick<KubeadmRun, 'operation' | 'stage' | 'generation' | 'version' | 'backup'> & { readonly machine: string };

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
  if (known !== undefined && request.generation < known.latest) {
    const message = `Machine ${machine.name}: refused generation ${request.generation} of operation ${request.operation}: generation ${known.latest} was there already. Nothing was changed there.`;
    return refuse(cluster, { name: 'FencedAttemptError', message });
  }
  if (known?.ended !== undefined && !startsAnew(known, request)) {
    return { cluster: remember(cluster, machine, request), value: { done: true, exitCode: known.ended.exitCode, output: known.ended.output } };
  }
  if (machine.run !== undefined && machine.run.ended === undefined && request.stage !== 'reset') {
    if (machine.run === known) return { cluster: remember(cluster, machine, request), value: { done: false, waitingFor: `kubeadm: ${known.phase}` } };
    const message = `Machine ${machine.name}: ${request.operation} was not started: ${machine.run.operation} is under way there.`;
    return refuse(cluster, { name: 'DurableCommandRefusedError', message });
  }
  return { cluster: start(cluster, machine, request), value: { done: false, waitingFor: request.operation } };
}

function startsAnew(known: KubeadmRun, request: CommandRequest): boolean {
  const isOtherBlock = Math.floor(known.generation / block) !== Math.floor(request.generation / block);
  return known.undone === true || (known.ended?.exitCode !== 0 && isOtherBlock);
}

function start(cluster: SimulatedCluster, machine: SimulatedMachine, request: CommandRequest): SimulatedCluster {
  const { operation, stage, generation, version, backup } = request;
  const { run: last, ...rest } = machine;
  const others = [...machine.earlierRuns, ...(last === undefined ? [] : [last])].filter((run) => run.operation !== operation);
  // From the start of a reset on all else is as if it had never run, but for the fences.
  const earlierRuns = stage === 'reset' ? others.map((run) => undo(cluster, run)) : others;
  const [phase] = phasesOf[stage];
  return enter(cluster, { ...rest, earlierRuns, run: { operation, stage, ...(version === undefined ? {} : { version }), ...(backup === undefined ? {} : { backup }), generation, latest: generation, phase, phaseSince: cluster.at } }, phase);
}

/** Who attaches, or is told the result, counts as the latest attempt. */
function remember(cluster: SimulatedCluster, machine: SimulatedMachine, { operation, generation }: CommandRequest): SimulatedCluster {
  const mark = (run: KubeadmRun): KubeadmRun => (run.operation === operation ? { ...run, latest: generation } : run);
  const { run, earlierRuns } = machine;
  const isKnown = [run, ...earlierRuns].some((one) => one?.operation === operation && one.latest === generation);
  return isKnown ? cluster : replaceMachine(cluster, { ...machine, ...(run === undefined ? {} : { run: mark(run) }), earlierRuns: earlierRuns.map(mark) });
}

function undo(cluster: SimulatedCluster, run: KubeadmRun): KubeadmRun {
  return { ...run, undone: true, ended: run.ended ?? { at: cluster.at, exitCode: 255, output: 'a reset ended it' } };
}

/** Files for kubeadm, which lie on the Machine until a reset; other files only need a Machine that answers. */
export function writeFiles(cluster: SimulatedCluster, request: { readonly machine: string; readonly role?: BootstrapRole }): Outcome<null> {
  const reached = reachMachine(cluster, request.machine);
  if (reached.refused !== undefined) return reached;
  const { role } = request;
  return { cluster: role === undefined ? cluster : replaceMachine(cluster, { ...reached.value, bootstrapData: role }), value: null };
}

/** Its manifest is taken away: it does not come back with the Machine. */
export function stopApiServer(cluster: SimulatedCluster, name: string): Outcome<null> {
  const reached = reachMachine(cluster, name);
  if (reached.refused !== undefined) return reached;
  const { apiServer: _stopped, ...rest } = reached.value;
  return { cluster: replaceMachine(cluster, rest), value: null };
}

/** All of it, for good; its data is of no more use to anybody. */
export function stopControlPlane(cluster: SimulatedCluster, name: string): Outcome<null> {
  const reached = reachMachine(cluster, name);
  if (reached.refused !== undefined) return reached;
  const { apiServer: _apiServer, etcd: _etcd, kubelet: _kubelet, ...rest } = reached.value;
  return { cluster: replaceMachine(cluster, rest), value: null };
}
