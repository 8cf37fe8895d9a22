import type { DesiredChange } from '../api/compare-desired.ts';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import { scheduleConflicts } from './backup/decide-schedule.ts';
import { checkGrowth } from './check-growth.ts';
import { currentOperation, type ClusterState } from './cluster-state.ts';
import { pendingRecovery } from './recovery/plan-recovery.ts';
import { decideClusterVersions } from './version/decide-cluster-versions.ts';
import { mergeApply, type ApplyConflict, type MergedApply } from './merge-apply.ts';

/** What an apply means for a cluster in that state. */
export type ApplyDecision =
  | { readonly action: 'start' | 'unchanged' | 'attach' | 'resume'; readonly reasons: readonly string[] }
  | { readonly action: 'change'; readonly reasons: readonly string[]; readonly merged: MergedApply }
  | {
      readonly action: 'refuse';
      readonly reasons: readonly string[];
      /**
       *  Conflict            wait, delete, or say --force
       *  ChangeNotSupported  needs a new cluster, or is a step that Kubernetes does not allow
       */
      readonly refusal: 'Conflict' | 'ChangeNotSupported';
    };

/** @param request.force takes back what somebody set by another way since the last apply */
export function decideApply(
  state: ClusterState | undefined,
  request: { readonly manifest: DesiredCluster; readonly force?: boolean },
): ApplyDecision {
  const { manifest, force = false } = request;
  if (state === undefined) return { action: 'start', reasons: ['no such cluster exists'] };
  if (state.phase === 'Deleting') {
    return refuse('Conflict', [`cluster ${state.identity.name} is being deleted; apply again when it is gone`]);
  }
  const merged = mergeApply({ current: state.desired, overrides: state.overrides ?? [], manifest });
  const { changes, conflicts } = merged;
  if (changes.length === 0) return decideUnchanged(state);
  const impossible = changes.filter(({ effect }) => effect === 'immutable');
  if (impossible.length > 0) return refuse('ChangeNotSupported', impossible.map(describeImpossible));
  const taken = [...conflicts.map(describeConflict), ...scheduleConflicts(state, manifest)];
  if (taken.length > 0 && !force) return refuse('Conflict', taken);
  const tooLarge = checkGrowth(state.desired, merged.desired);
  if (tooLarge !== undefined) return refuse('ChangeNotSupported', [`${tooLarge} (replicas that the manifest leaves out stay as they are)`]);
  const versions = decideClusterVersions({ desired: merged.desired, machines: state.machines, known: 'any' });
  if (versions.action === 'refuse') return refuse('ChangeNotSupported', versions.reasons);
  const reasons = [...changes.map(describeChange), ...(versions.action === 'chain' ? versions.reasons : [])];
  return mayChange(state) ?? { action: 'change', merged, reasons };
}

/**
 * Whether a new wish may take the place of what is under way. Of changes the newest counts, so that a
 * mistake can be taken back within seconds; a create and an undo are ended or cancelled first.
 */
export function mayChange(state: ClusterState): Extract<ApplyDecision, { action: 'refuse' }> | undefined {
  const operation = currentOperation(state);
  if (operation === undefined) return undefined;
  const { id, verb, phase } = operation;
  if (phase === 'Cancelling' || phase === 'Undoing') return refuse('Conflict', [`operation ${id} is ${phase.toLowerCase()}; try again when it has ended`]);
  const recovery = pendingRecovery(state);
  if (recovery !== undefined) {
    return refuse('Conflict', [`cluster ${state.identity.name} is being recovered from backup ${recovery.backup.id} (${id}); try again when its API server answers`]);
  }
  if (phase === 'Running' && (verb === 'create' || verb === 'adopt')) {
    return refuse('Conflict', [`operation ${id} is under way; try again when it has ended, or cancel it first`]);
  }
  return undefined;
}

function decideUnchanged(state: ClusterState): ApplyDecision {
  const operation = currentOperation(state);
  if (operation === undefined) return { action: 'resume', reasons: ['nothing has been done yet'] };
  switch (operation.phase) {
    case 'Running':
      return { action: 'attach', reasons: [`operation ${operation.id} is under way`] };
    case 'Cancelling':
    case 'Undoing':
      return refuse('Conflict', [`operation ${operation.id} is ${operation.phase.toLowerCase()}; apply again when it has ended`]);
    case 'Blocked':
    case 'Cancelled':
    case 'Failed':
      return { action: 'resume', reasons: [`operation ${operation.id} is ${operation.phase}`] };
    case 'Undone':
      return refuse('Conflict', [`operation ${operation.id} was undone; apply again in a moment`]);
    case 'Superseded':
    case 'Succeeded':
      return { action: 'unchanged', reasons: ['the cluster is as the manifest asks'] };
  }
}

function refuse(refusal: 'Conflict' | 'ChangeNotSupported', reasons: readonly string[]): Extract<ApplyDecision, { action: 'refuse' }> {
  return { action: 'refuse', refusal, reasons };
}

/** "KubeadmControlPlane/demo-cp.spec.replicas: 1 → 3". Only shapes and plain values: a secret is a reference here already. */
export function describeChange({ field, from, to }: DesiredChange): string {
  return `${field}: ${describe(from)} → ${describe(to)}`;
}

export function describeImpossible({ field, from, to }: DesiredChange): string {
  return `${field} cannot be changed once the cluster exists (from ${describe(from)} to ${describe(to)})`;
}

/** Without the time: a refusal is the same text whenever it is asked for again. */
function describeConflict({ change, override }: ApplyConflict): string {
  return `${describeChange(change)}: ${override.actor} set ${describe(change.from)} since the last apply (${override.operation}); --force takes it back`;
}

function describe(value: unknown): string {
  return value === undefined ? 'unset' : JSON.stringify(value);
}
