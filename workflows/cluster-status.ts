import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import type { SearchAttributePair } from '@temporalio/common';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import { planSteps } from '../domain/plan/plan-steps.ts';
import { renderClusterDetails } from './details/cluster-details.ts';
import { clusterBlockedKey, clusterHealthyKey, clusterNameKey, clusterPhaseKey, kubernetesVersionKey } from './search-attributes.ts';

/** What lists and the Web UI show; attributes are written only on change, because each write is a history event. */
export function publishStatus(state: ClusterState): void {
  const healthy = state.phase === 'Provisioned' && state.machines.every((machine) => machine.phase === 'Running') && state.troubles === undefined && state.health === undefined;
  const wanted: readonly SearchAttributePair[] = [
    { key: clusterNameKey, value: state.identity.name },
    { key: clusterPhaseKey, value: state.phase },
    { key: kubernetesVersionKey, value: state.desired.controlPlane.version },
    { key: clusterHealthyKey, value: healthy },
    { key: clusterBlockedKey, value: currentOperation(state)?.phase === 'Blocked' },
  ];
  const { namespace, typedSearchAttributes: present } = workflowInfo();
  const changes = wanted.filter(({ key, value }) => present.get(key) !== value);
  if (changes.length > 0) upsertSearchAttributes(changes);
  setCurrentDetails(renderClusterDetails({ state, waiting: planSteps(state).waiting, namespace }));
}
