import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';

const clusterName = defineSearchAttributeKey('ClusterName', SearchAttributeType.KEYWORD);
const clusterPhase = defineSearchAttributeKey('ClusterPhase', SearchAttributeType.KEYWORD);
const kubernetesVersion = defineSearchAttributeKey('KubernetesVersion', SearchAttributeType.KEYWORD);
const clusterHealthy = defineSearchAttributeKey('ClusterHealthy', SearchAttributeType.BOOL);
const clusterBlocked = defineSearchAttributeKey('ClusterBlocked', SearchAttributeType.BOOL);

/** What lists and the Web UI show; written only on change, because each write is a history event. */
export function publishStatus(state: ClusterState): void {
  const operation = currentOperation(state);
  const healthy = state.phase === 'Provisioned' && state.machines.every((machine) => machine.phase === 'Running');
  const present = workflowInfo().typedSearchAttributes;
  const changes = [
    present.get(clusterName) === state.identity.name ? [] : [{ key: clusterName, value: state.identity.name }],
    present.get(clusterPhase) === state.phase ? [] : [{ key: clusterPhase, value: state.phase }],
    present.get(kubernetesVersion) === state.desired.controlPlane.version
      ? []
      : [{ key: kubernetesVersion, value: state.desired.controlPlane.version }],
    present.get(clusterHealthy) === healthy ? [] : [{ key: clusterHealthy, value: healthy }],
    present.get(clusterBlocked) === (operation?.phase === 'Blocked') ? [] : [{ key: clusterBlocked, value: operation?.phase === 'Blocked' }],
  ].flat();
  if (changes.length > 0) upsertSearchAttributes(changes);
  setCurrentDetails(describeState(state));
}

/** Markdown for the Web UI's "current details". */
function describeState(state: ClusterState): string {
  const operation = currentOperation(state);
  const running = state.steps.filter((step) => step.state === 'Running').map((step) => `- ${step.kind} ${step.machine ?? ''}`.trimEnd());
  const blocked = operation?.evidence === undefined ? [] : [`**Blocked** at ${operation.evidence.at}`];
  return [
    `**${state.identity.name}** ${state.phase}, Kubernetes ${state.desired.controlPlane.version}`,
    operation === undefined ? '' : `Operation ${operation.id}: ${operation.phase}`,
    ...blocked,
    ...running,
  ].join('\n\n');
}
