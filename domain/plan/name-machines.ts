import type { DesiredCluster, DesiredControlPlane, DesiredMachineDeployment, DockerMachineSpec } from '../../api/desired-cluster.ts';
import { isStaying, type Machine, type MachineRole } from '../machine.ts';
import type { PlannedSurge } from '../plan-parts.ts';
import type { Outdated } from '../rollout/rollout-turn.ts';
import { wantedTemplates } from '../rollout/wanted-templates.ts';
import { controlPlaneDomains, nextFailureDomains } from '../scale/failure-domains.ts';

/** A Machine that is missing, named; it has no address yet. */
export type NamedMachine = {
  readonly name: string;
  readonly uid: string;
  readonly role: MachineRole;
  readonly owner: string;
  readonly version: string;
  readonly template: string;
  readonly infrastructure: DockerMachineSpec;
  readonly failureDomain?: string;
};

type Owner = Pick<DesiredControlPlane | DesiredMachineDeployment, 'replicas' | 'rollout'>;

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
  /** Control planes that are to be replaced: where a new one goes, they count for nothing. */
  readonly outdated?: Outdated;
  /** Beyond the replicas. */
  readonly surge?: readonly Pick<PlannedSurge, 'owner' | 'role' | 'count'>[];
  readonly newUid: () => string;
}): readonly NamedMachine[] {
  const { desired, existing, outdated, surge = [], newUid } = request;
  const templates = wantedTemplates({ desired, machines: existing });
  const taken = new Set(existing.map((machine) => machine.name));
  const owners = [
    { ...desired.controlPlane, role: 'control-plane' as const },
    ...desired.machineDeployments.map((deployment) => ({ ...deployment, role: 'worker' as const })),
  ];
  return owners.flatMap((owner) => {
    const peers = existing.filter((machine) => machine.owner === owner.name && machine.role === owner.role);
    const missing = countMissing(owner, peers) + (surge.find((extra) => extra.owner === owner.name && extra.role === owner.role)?.count ?? 0);
    const template = (owner.role === 'control-plane' ? undefined : templates.workers.get(owner.name)) ?? templates.controlPlane;
    const places = owner.role === 'worker' ? [] : nextFailureDomains(controlPlaneDomains(desired), peers.map((peer) => ({ ...peer, outdated: outdated?.has(peer.name) ?? false })), missing);
    return Array.from({ length: missing }, (_, index) => {
      let name: string;
      do {
        name = `${owner.name}-${nameSuffix(newUid())}`;
      } while (taken.has(name));
      taken.add(name);
      const failureDomain = owner.role === 'worker' ? owner.failureDomain : places[index]?.failureDomain;
      return {
        name,
        uid: newUid(),
        role: owner.role,
        owner: owner.name,
        version: template.version,
        template: template.hash,
        infrastructure: owner.infrastructure,
        ...(failureDomain === undefined ? {} : { failureDomain }),
      };
    });
  });
}

/** An owner that may not surge has no room for another Machine before one is really gone. */
function countMissing({ replicas, rollout }: Owner, peers: readonly Machine[]): number {
  const taking = rollout?.maxSurge === 0 || rollout?.maxSurge === '0%' ? peers : peers.filter(isStaying);
  return Math.max(0, replicas - taking.length);
}
