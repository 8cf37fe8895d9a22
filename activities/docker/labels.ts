import type { ClusterIdentity } from '../../domain/identity.ts';
import type { MachineInfrastructureRequest, ObservedMachineInfrastructure } from '../seams/machine-provider.ts';
import { OwnedByAnotherError } from './errors.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * What is written on every container, network and volume. Adoption rebuilds the machine table from
 * these alone, so they hold what was allocated, not only who it belongs to.
 */
export const label = {
  installation: 'dev.slipway.installation',
  cluster: 'dev.slipway.cluster',
  clusterUid: 'dev.slipway.cluster-uid',
  machine: 'dev.slipway.machine',
  machineUid: 'dev.slipway.machine-uid',
  /** control-plane, worker, load-balancer or probe. */
  role: 'dev.slipway.role',
  owner: 'dev.slipway.owner',
  version: 'dev.slipway.version',
  address: 'dev.slipway.address',
  sshPort: 'dev.slipway.ssh-port',
  failureDomain: 'dev.slipway.failure-domain',
  /** Of the load balancer: the port of 127.0.0.1 on the host, and the one in the cluster's network. */
  apiServerHostPort: 'dev.slipway.api-server-host-port',
  frontendPort: 'dev.slipway.frontend-port',
} as const;

export function clusterLabels(cluster: ClusterIdentity): Labels {
  return { [label.installation]: cluster.installation, [label.cluster]: cluster.name, [label.clusterUid]: cluster.uid };
}

export function machineLabels(request: MachineInfrastructureRequest): Labels {
  return {
    ...clusterLabels(request.cluster),
    [label.machine]: request.machine,
    [label.machineUid]: request.machineUid,
    [label.role]: request.role,
    [label.owner]: request.owner,
    [label.version]: request.version,
    [label.address]: request.address,
    [label.sshPort]: String(request.sshPort),
    ...(request.failureDomain === undefined ? {} : { [label.failureDomain]: request.failureDomain }),
  };
}

/** The engine's filter for all that belongs to exactly this cluster, or to one Machine of it. */
export function ownedBy(cluster: ClusterIdentity, machineUid?: string): { label: string[] } {
  return {
    label: [
      `${label.installation}=${cluster.installation}`,
      `${label.clusterUid}=${cluster.uid}`,
      ...(machineUid === undefined ? [] : [`${label.machineUid}=${machineUid}`]),
    ],
  };
}

/** Undefined for what is no Machine, such as the load balancer, or lacks a label. */
export function readMachineLabels(labels: Labels): Omit<ObservedMachineInfrastructure, 'state'> | undefined {
  const role = labels[label.role];
  const machine = labels[label.machine];
  const machineUid = labels[label.machineUid];
  const owner = labels[label.owner];
  const version = labels[label.version];
  const address = labels[label.address];
  const sshPort = Number(labels[label.sshPort]);
  if (role !== 'control-plane' && role !== 'worker') return undefined;
  if (!machine || !machineUid || !owner || !version || !address || !Number.isInteger(sshPort)) return undefined;
  const failureDomain = labels[label.failureDomain];
  return { machine, machineUid, role, owner, version, address, sshPort, ...(failureDomain === undefined ? {} : { failureDomain }) };
}

/**
 * The same name is not the same object: only labels decide whether it may be used.
 * @param expected labels that must be there with these values
 * @throws OwnedByAnotherError saying what was found
 */
export function assertOwned(found: { readonly what: string; readonly labels: Labels; readonly expected: Labels }): void {
  const keys = [label.installation, label.clusterUid, label.machineUid].filter((key) => found.expected[key] !== undefined);
  if (keys.every((key) => found.labels[key] === found.expected[key])) return;
  const theirs = Object.values(label).filter((key) => found.labels[key] !== undefined);
  const description = theirs.map((key) => `${key}=${found.labels[key]}`).join(', ') || 'no label of Slipway';
  throw new OwnedByAnotherError(
    `${found.what} exists already and is somebody else's (${description}); ` +
      `wanted ${keys.map((key) => `${key}=${found.expected[key]}`).join(', ')}. ` +
      'It was not touched, and nothing was made. Choose another cluster name, or remove it yourself if nobody needs it.',
  );
}
