import { compareDesired } from '../api/compare-desired.ts';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import { currentOperation, type ClusterState } from './cluster-state.ts';
import type { ClusterPlacement } from './identity.ts';
import { isOpen, type OnFailure, type Operation, type OperationVerb } from './operation.ts';

/** What an apply means for a cluster in that state. */
export type ApplyDecision = {
  readonly action: 'start' | 'unchanged' | 'attach' | 'resume' | 'refuse';
  readonly reasons: readonly string[];
  /** Set when refused: 'Conflict' waits or needs a delete, 'ChangeNotSupported' needs a later Slipway. */
  readonly refusal?: 'Conflict' | 'ChangeNotSupported';
};

export function decideApply(state: ClusterState | undefined, desired: DesiredCluster): ApplyDecision {
  if (state === undefined) return { action: 'start', reasons: ['no such cluster exists'] };
  const operation = currentOperation(state);
  if (state.phase === 'Deleting') {
    return { action: 'refuse', refusal: 'Conflict', reasons: [`cluster ${state.identity.name} is being deleted; apply again when it is gone`] };
  }
  const changes = compareDesired(state.desired, desired);
  if (changes.length > 0) {
    return {
      action: 'refuse',
      refusal: 'ChangeNotSupported',
      reasons: changes.map((change) =>
        change.immutable
          ? `${change.field} cannot be changed once the cluster exists (from ${describe(change.from)} to ${describe(change.to)})`
          : `${change.field}: changing it from ${describe(change.from)} to ${describe(change.to)} is not supported by this version of Slipway`,
      ),
    };
  }
  if (operation === undefined) return { action: 'resume', reasons: ['nothing has been done yet'] };
  switch (operation.phase) {
    case 'Running':
      return { action: 'attach', reasons: [`operation ${operation.id} is under way`] };
    case 'Cancelling':
    case 'Undoing':
      return { action: 'refuse', refusal: 'Conflict', reasons: [`operation ${operation.id} is ${operation.phase.toLowerCase()}; apply again when it has ended`] };
    case 'Blocked':
    case 'Cancelled':
    case 'Failed':
      return { action: 'resume', reasons: [`operation ${operation.id} is ${operation.phase}`] };
    case 'Undone':
      return { action: 'refuse', refusal: 'Conflict', reasons: [`operation ${operation.id} was undone; apply again in a moment`] };
    case 'Succeeded':
      return { action: 'unchanged', reasons: ['the cluster is as the manifest asks'] };
  }
}

/** Only shapes and plain values: a secret in a manifest is a reference here already. */
function describe(value: unknown): string {
  return JSON.stringify(value) ?? 'unset';
}

export function newCluster(request: {
  readonly placement: ClusterPlacement;
  readonly desired: DesiredCluster;
  readonly now: number;
}): ClusterState {
  const { placement, desired, now } = request;
  return {
    schemaVersion: 1,
    identity: { installation: placement.installation, name: desired.name, uid: placement.uid },
    host: placement.host,
    createdAt: now,
    revision: 1,
    desired,
    phase: 'Provisioning',
    infrastructureReady: false,
    addonsReady: false,
    machines: [],
    operations: [],
    operationCount: 0,
    steps: [],
    version: 1,
  };
}

const keptOperations = 20;

/** Starts an operation; the one before it ends, because a cluster has one current operation. */
export function startOperation(
  state: ClusterState,
  request: { readonly verb: OperationVerb; readonly actor: string; readonly reason?: string; readonly onFailure: OnFailure; readonly now: number },
): ClusterState {
  const { verb, actor, reason, onFailure, now } = request;
  const count = state.operationCount + 1;
  const operation: Operation = {
    id: `${state.identity.name}-${verb}-${count}`,
    verb,
    phase: 'Running',
    actor,
    onFailure,
    startedAt: now,
    ...(reason === undefined ? {} : { reason }),
  };
  const before = state.operations.map((other) =>
    isOpen(other) ? { ...other, phase: 'Cancelled' as const, endedAt: now } : other,
  );
  return {
    ...state,
    phase: phaseAtStart(state, verb),
    operations: [...before, operation].slice(-keptOperations),
    operationCount: count,
    version: state.version + 1,
  };
}

/** A create that was given up and is taken up again has not failed any more. */
function phaseAtStart({ phase }: ClusterState, verb: OperationVerb): ClusterState['phase'] {
  if (verb === 'delete') return 'Deleting';
  return phase === 'Failed' ? 'Provisioning' : phase;
}
