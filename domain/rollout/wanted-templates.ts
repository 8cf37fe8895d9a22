import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { mayHaveJoined, type Machine } from '../machine.ts';
import { effectiveVersions, type EffectiveVersion } from '../version/effective-versions.ts';
import { older, oldestVersion } from '../version/oldest-version.ts';
import { canonicalHash } from './canonical-hash.ts';
import { controlPlaneTemplate, olderEtcdTemplate, workerTemplate, type MachineTemplate } from './machine-template.ts';

export type WantedTemplates = {
  readonly controlPlane: MachineTemplate;
  /** By name of the MachineDeployment. */
  readonly workers: ReadonlyMap<string, MachineTemplate>;
};

/**
 * What new Machines are made from now. A kubelet is never newer than any API server that it may talk
 * to: until the last control plane is upgraded, workers are made at the oldest one's version.
 */
export function wantedTemplates({ desired, machines }: { readonly desired: DesiredCluster; readonly machines: readonly Machine[] }): WantedTemplates {
  const { controlPlane, machineDeployments } = desired;
  const oldest = oldestServing(machines);
  const { version, olderEtcd } = nextVersion({ desired, machines });
  return {
    controlPlane: (olderEtcd === true ? olderEtcdTemplate : controlPlaneTemplate)(controlPlane, version),
    workers: new Map(machineDeployments.map((deployment) => [deployment.name, workerTemplate(deployment, oldest === undefined ? deployment.version : older(deployment.version, oldest))])),
  };
}

/**
 * What the control plane goes to now: over several minor versions one after the other, and to a newer etcd by way of an older one. Whether a version
 * can be had was asked before the change was accepted; one on its way out has no say any more.
 */
export function nextVersion({ desired, machines }: { readonly desired: DesiredCluster; readonly machines: readonly Machine[] }): EffectiveVersion {
  const staying = machines.filter(({ role, phase }) => role === 'worker' || phase !== 'Deleting');
  return effectiveVersions({ desired, machines: staying, known: 'any' }).controlPlane;
}

/** Version of the oldest API server that a kubelet may talk to; one on its way out serves until it is gone. */
export function oldestServing(machines: readonly Machine[]): string | undefined {
  return oldestVersion(machines.filter((machine) => machine.role === 'control-plane' && mayHaveJoined(machine)));
}

/** Names one state of all templates, whatever the Machines are like: what an approval is given for. */
export function rolloutId({ controlPlane, machineDeployments }: DesiredCluster): string {
  const workers = machineDeployments.map((deployment) => [deployment.name, { hash: workerTemplate(deployment, deployment.version).hash, after: deployment.rollout?.after }]);
  return canonicalHash([controlPlaneTemplate(controlPlane, controlPlane.version).hash, controlPlane.rollout?.after, Object.fromEntries(workers)]);
}
