import type { DesiredCluster } from '../../../../../api/desired-cluster.ts';
import { APPROVE_BEFORE_ANNOTATION } from '../../../../../api/approval-gates.ts';
import { acceptSetting } from '../../../../../domain/change-cluster.ts';
import type { ClusterState } from '../../../../../domain/cluster-state.ts';
import type { Machine } from '../../../../../domain/machine.ts';
import { wantedTemplates } from '../../../../../domain/rollout/wanted-templates.ts';
import { clusterWith, machine, now } from '../../support/clusters.ts';

/** Of the owners that the sample cluster has. */
export const controlPlaneOwner = { role: 'control-plane', name: 'demo-control-plane' } as const;
export const poolOwner = { role: 'worker', name: 'demo-md-0' } as const;

/** A cluster that is whole: cp-1 … and w-1 …, made from the templates as they are. */
export function wholeCluster(controlPlanes = 3, workers = 2, version = 'v1.34.4'): ClusterState {
  const names = [...numbered('cp', controlPlanes), ...numbered('w', workers)];
  const state = clusterWith(names.map((name) => machine(name, 'Running')));
  const desired = withVersion(state.desired, version);
  const operations = state.operations.map((operation) => ({ ...operation, phase: 'Succeeded' as const, endedAt: now }));
  return { ...state, desired, operations, phase: 'Provisioned', addonsReady: true, machines: madeFrom(desired, state.machines) };
}

export function withVersion(desired: DesiredCluster, version: string): DesiredCluster {
  return {
    ...desired,
    controlPlane: { ...desired.controlPlane, version },
    machineDeployments: desired.machineDeployments.map((deployment) => ({ ...deployment, version })),
  };
}

/** As if they had been made of those templates. */
export function madeFrom(desired: DesiredCluster, machines: readonly Machine[]): readonly Machine[] {
  const { controlPlane, workers } = wantedTemplates({ desired, machines: [] });
  return machines.map((each) => {
    const { version, hash } = each.role === 'control-plane' ? controlPlane : (workers.get(each.owner) ?? controlPlane);
    return { ...each, version, template: hash };
  });
}

/** Another specification has just been accepted. */
export function rollTo(state: ClusterState, desired: DesiredCluster): ClusterState {
  return acceptSetting(state, { verb: 'undo', desired, fields: [] }, { actor: 'ada@laptop', onFailure: 'block', changes: [], now: now + 60_000 });
}

export function asking(state: ClusterState, gates: string): ClusterState {
  const { metadata } = state.desired;
  return { ...state, desired: { ...state.desired, metadata: { ...metadata, annotations: { ...metadata.annotations, [APPROVE_BEFORE_ANNOTATION]: gates } } } };
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}
