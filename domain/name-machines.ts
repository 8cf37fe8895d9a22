import type { DesiredCluster, DockerMachineSpec } from '../api/desired-cluster.ts';
import { isStaying, type Machine, type MachineRole } from './machine.ts';

/** A Machine that is missing, named; it has no address yet. */
export type NamedMachine = {
  readonly name: string;
  readonly uid: string;
  readonly role: MachineRole;
  readonly owner: string;
  readonly version: string;
  readonly infrastructure: DockerMachineSpec;
  readonly failureDomain?: string;
};

/** Kubernetes' own alphabet for generated names: no vowels, nothing that reads as another letter. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five letters made of a UUID's random bits, as Kubernetes' generateName adds them. */
export function nameSuffix(uuid: string): string {
  const digits = uuid.replaceAll('-', '');
  return Array.from({ length: 5 }, (_, index) => {
    const byte = Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16);
    return alphabet[byte % alphabet.length];
  }).join('');
}

/**
 * Names the Machines that `desired` wants and `existing` lacks. `newUid` gives a fresh UUID at each
 * call (a workflow's own generator: this function stays pure for the same sequence).
 */
export function nameMissingMachines(request: {
  readonly desired: DesiredCluster;
  readonly existing: readonly Machine[];
  readonly newUid: () => string;
}): readonly NamedMachine[] {
  const { desired, existing, newUid } = request;
  const taken = new Set(existing.map((machine) => machine.name));
  const nextDomain = spreadControlPlanes(desired, existing);
  const owners = [
    { ...desired.controlPlane, role: 'control-plane' as const },
    ...desired.machineDeployments.map((deployment) => ({ ...deployment, role: 'worker' as const })),
  ];
  return owners.flatMap((owner) => {
    const present = existing.filter((machine) => machine.owner === owner.name && machine.role === owner.role && isStaying(machine)).length;
    return Array.from({ length: Math.max(0, owner.replicas - present) }, () => {
      let name: string;
      do {
        name = `${owner.name}-${nameSuffix(newUid())}`;
      } while (taken.has(name));
      taken.add(name);
      const failureDomain = 'failureDomain' in owner ? owner.failureDomain : owner.role === 'control-plane' ? nextDomain() : undefined;
      return {
        name,
        uid: newUid(),
        role: owner.role,
        owner: owner.name,
        version: owner.version,
        infrastructure: owner.infrastructure,
        ...(failureDomain === undefined ? {} : { failureDomain }),
      };
    });
  });
}

/**
 * The failure domain of one control plane after the other: of those that take control planes the one with the fewest,
 * the first by name of several. undefined: the infrastructure has none.
 */
function spreadControlPlanes({ failureDomains = [] }: DesiredCluster, existing: readonly Machine[]): () => string | undefined {
  const present = existing.filter(({ role, deletion }) => role === 'control-plane' && deletion === undefined);
  const counts = failureDomains
    .filter(({ controlPlane }) => controlPlane)
    .map(({ name }) => ({ name, count: present.filter(({ failureDomain }) => failureDomain === name).length }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return () => {
    const [fewest] = counts.toSorted((a, b) => a.count - b.count);
    if (fewest !== undefined) fewest.count += 1;
    return fewest?.name;
  };
}
