import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ClusterPlacement } from './identity.ts';
import { withoutMarks } from './merge-apply.ts';
import { isOpen, type AgreedPlan, type OnFailure, type Operation, type OperationVerb } from './operation.ts';

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
    desired: withoutMarks(desired),
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
  request: { readonly verb: OperationVerb; readonly actor: string; readonly reason?: string; readonly onFailure: OnFailure; readonly changes?: readonly string[]; readonly plan?: AgreedPlan; readonly now: number },
): ClusterState {
  const { verb, actor, reason, onFailure, changes, plan, now } = request;
  const count = state.operationCount + 1;
  const operation: Operation = {
    id: `${state.identity.name}-${verb}-${count}`,
    verb,
    phase: 'Running',
    actor,
    onFailure,
    startedAt: now,
    ...(reason === undefined ? {} : { reason }),
    ...(changes === undefined ? {} : { changes }),
    ...(plan === undefined ? {} : { plan }),
  };
  const before = state.operations.map((other) => (isOpen(other) ? { ...other, phase: 'Superseded' as const, endedAt: now } : other));
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
