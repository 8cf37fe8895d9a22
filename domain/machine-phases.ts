import type { Machine, MachinePhase } from './machine.ts';
import type { StepKind } from './step.ts';

/** How far each step brings its Machine: at once, and when it is done. */
const phasesOf: Readonly<Record<StepKind, { readonly start?: MachinePhase; readonly done?: MachinePhase }>> = {
  ProvisionMachine: { start: 'Provisioning', done: 'Provisioned' },
  InitControlPlane: { start: 'Bootstrapping', done: 'Running' },
  RestoreControlPlane: { start: 'Bootstrapping', done: 'Running' },
  JoinControlPlane: { start: 'Bootstrapping', done: 'Running' },
  JoinWorker: { start: 'Bootstrapping', done: 'Running' },
  RemoveMachine: { start: 'Deleting' },
  UncordonNode: {},
  PrepareControlPlane: {},
  RemoveEtcdMember: {},
  StopControlPlane: {},
  EnsureInfrastructure: {},
  InstallAddons: {},
  TakeBackup: {},
  UploadConfig: {},
  UpgradeAddons: {},
  UpdateNodes: {},
  DeleteCluster: {},
};

export function phaseAtStart(kind: StepKind): MachinePhase | undefined {
  return phasesOf[kind].start;
}

export function phaseWhenDone(kind: StepKind): MachinePhase | undefined {
  return phasesOf[kind].done;
}

const order: readonly MachinePhase[] = ['Pending', 'Provisioning', 'Provisioned', 'Bootstrapping', 'Joined', 'Running', 'Deleting'];

/** A phase never moves back: a repeated step of a Joined Machine leaves it Joined. */
export function advanceMachine(
  machines: readonly Machine[],
  change: { readonly name: string | undefined; readonly phase: MachinePhase | undefined; readonly now: number },
): readonly Machine[] {
  const { name, phase, now } = change;
  if (name === undefined || phase === undefined) return machines;
  return machines.map((machine) =>
    machine.name === name && order.indexOf(phase) > order.indexOf(machine.phase) ? { ...machine, phase, phaseSince: now } : machine,
  );
}
