import { CLUSTER_FIELDS, CONTROL_PLANE_FIELDS, DEPLOYMENT_FIELDS, type ChangeEffect, type Field } from './change-effects.ts';
import type { DesiredCluster, DesiredMachineDeployment } from './desired-cluster.ts';
import { findDifferences, hideSecrets } from './find-differences.ts';

/** One field that differs between two versions of a cluster, as the manifest calls it. */
export type DesiredChange = {
  /**
   * "Cluster/demo.spec.clusterNetwork.serviceDomain"; of a template, with the object that refers to it:
   * "DockerMachineTemplate(MachineDeployment/demo-md-0).spec.template.spec.customImage"
   */
  readonly field: string;
  /** undefined: was not set. Secrets are "(hidden)". */
  readonly from: unknown;
  /** undefined: is no longer set. */
  readonly to: unknown;
  readonly effect: ChangeEffect;
};

/**
 * What differs between two versions of one cluster, field by field; empty: nothing. The order of keys, and of
 * MachineDeployments, does not count. Secrets are compared as they stand: bring both to the same form before.
 */
export const compareDesired = (previous: DesiredCluster, next: DesiredCluster): readonly DesiredChange[] => [
  ...compareFields({
    previous: selectClusterFields(previous),
    next: selectClusterFields(next),
    fields: CLUSTER_FIELDS,
    owner: `Cluster/${next.name}`,
  }),
  ...compareFields({
    previous: selectControlPlaneFields(previous),
    next: selectControlPlaneFields(next),
    fields: CONTROL_PLANE_FIELDS,
    owner: `KubeadmControlPlane/${next.controlPlane.name}`,
  }),
  ...compareDeployments(previous.machineDeployments, next.machineDeployments),
];

const selectClusterFields = ({ machineDeployments: _deployments, controlPlane, ...fields }: DesiredCluster) => ({
  ...fields,
  controlPlane: { name: controlPlane.name },
  // One for the whole cluster, and its Machines say which: that of the simulator may be an empty map.
  backend: controlPlane.infrastructure.inMemory === undefined ? 'docker' : 'inMemory',
});

const selectControlPlaneFields = ({ controlPlane: { name: _name, ...fields } }: DesiredCluster) => fillIn(fields);

type Owner = Pick<DesiredMachineDeployment, 'deletion' | 'join'> & { readonly rollout?: object };

/** Maps whose fields a manifest has in several places: so that each is named, also where the whole comes or goes. */
const fillIn = <T extends Owner>(owner: T) => ({
  ...owner,
  rollout: owner.rollout ?? {},
  deletion: owner.deletion ?? {},
  join: { ...owner.join, timeouts: owner.join?.timeouts ?? {} },
});

const compareDeployments = (
  previous: readonly DesiredMachineDeployment[],
  next: readonly DesiredMachineDeployment[],
): readonly DesiredChange[] => {
  const names = [...new Set([...previous, ...next].map(({ name }) => name))].toSorted();
  return names.flatMap((name): readonly DesiredChange[] => {
    const [before, after] = [previous, next].map((list) => list.find((deployment) => deployment.name === name));
    const field = `MachineDeployment/${name}`;
    if (before !== undefined && after !== undefined) {
      return compareFields({ previous: fillIn(before), next: fillIn(after), fields: DEPLOYMENT_FIELDS, owner: field });
    }
    return [{ field, from: summarise(before), to: summarise(after), effect: 'machines' }];
  });
};

const summarise = (deployment: DesiredMachineDeployment | undefined): unknown =>
  deployment === undefined ? undefined : { replicas: deployment.replicas, version: deployment.version };

const compareFields = ({
  previous,
  next,
  fields,
  owner,
}: {
  readonly previous: unknown;
  readonly next: unknown;
  readonly fields: readonly Field[];
  readonly owner: string;
}): readonly DesiredChange[] =>
  findDifferences(previous, next).map(({ path, from, to }) => {
    // A field that the tables do not know yet is named as it stands, never passed over.
    const known = fields.find((field) => field.path.every((part, index) => path[index] === part));
    const { path: prefix, kind, field, effect = 'rollout', show = asItIs } = known ?? { path: [], field: '' };
    const rest = path.slice(prefix.length).map((part) => (/^[\w-]+$/.test(part) ? `.${part}` : `[${part}]`));
    const object = kind === undefined ? owner : `${kind}(${owner})`;
    return {
      field: `${object}.${field}${rest.join('')}`.replace('..', '.'),
      from: show(hideSecrets(from)),
      to: show(hideSecrets(to)),
      effect,
    };
  });

const asItIs = (value: unknown): unknown => value;
