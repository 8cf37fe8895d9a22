import type { ClusterResourceSetManifest } from './schema/provided-objects.ts';

type Labels = Readonly<Record<string, string>>;
type Selector = ClusterResourceSetManifest['spec']['clusterSelector'];
type Requirement = NonNullable<Selector['matchExpressions']>[number];

/** Whether a Cluster with these labels is selected, by Kubernetes' rule: every requirement must hold. */
export const selects = ({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean =>
  Object.entries(matchLabels).every(([key, value]) => valueOf(labels, key) === value) &&
  matchExpressions.every((requirement) => holds(requirement, valueOf(labels, requirement.key)));

/** A label may be called "constructor". */
const valueOf = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);

const holds = ({ operator, values = [] }: Requirement, value: string | undefined): boolean => {
  switch (operator) {
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
  }
};
