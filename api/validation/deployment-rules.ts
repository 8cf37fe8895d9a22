import { INFRASTRUCTURE_CLUSTERS } from '../kinds.ts';
import { problemAt, textAt, textsAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { ofKind, type Resource } from '../read-resources.ts';
import { checkFailureDomain } from './labels.ts';
import type { Wrong } from './wrong.ts';

const CLUSTER_NAMES: readonly Path[] = [
  ['spec', 'clusterName'],
  ['spec', 'template', 'spec', 'clusterName'],
];
const SELECTOR: Path = ['spec', 'selector', 'matchLabels'];
const LABELS: Path = ['spec', 'template', 'metadata', 'labels'];
const CLUSTER_LABEL = 'cluster.x-k8s.io/cluster-name';
/** Labels that every Machine of a MachineDeployment gets, whether its template names them or not. */
const NAME_LABELS = ['cluster.x-k8s.io/deployment-name'];

/** What a MachineDeployment must agree on with its Cluster, and its selector with its own template. */
export const checkDeploymentRules = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const [cluster] = ofKind(resources, 'Cluster');
  if (cluster === undefined || cluster.name === '') return [];
  const domains = INFRASTRUCTURE_CLUSTERS.flatMap((kind) => ofKind(resources, kind)).flatMap(({ manifest }) => Object.keys(manifest?.spec?.failureDomains ?? {}));
  return ofKind(resources, 'MachineDeployment').flatMap((deployment) => [
    ...checkClusterNames(deployment, cluster.name),
    ...checkSelector(deployment),
    ...checkFailureDomains(deployment, domains),
  ]);
};

const checkClusterNames = ({ document }: Resource, clusterName: string): readonly ManifestProblem[] => {
  const wrong: Wrong = {
    reason: 'Not found',
    message: 'there is no Cluster of this name in the manifest',
    expected: `use "${clusterName}"`,
  };
  const labels = [LABELS, SELECTOR].map((path): Path => [...path, CLUSTER_LABEL]);
  return [...CLUSTER_NAMES, ...labels]
    .filter((path) => (textAt(document, path) ?? clusterName) !== clusterName)
    .map((path) => problemAt(document, path, wrong));
};

/** Where the infrastructure names none, any name is one: Machines of it bear the name as their zone. */
const checkFailureDomains = ({ document }: Resource, domains: readonly string[]): readonly ManifestProblem[] => {
  const path: Path = ['spec', 'template', 'spec', 'failureDomain'];
  const name = textAt(document, path) ?? '';
  if (name === '') return [];
  const wrong = checkFailureDomain(name);
  if (wrong !== undefined) return [problemAt(document, path, wrong)];
  if (domains.length === 0 || domains.includes(name)) return [];
  const expected = `use ${domains.map((domain) => JSON.stringify(domain)).join(' or ')}`;
  return [problemAt(document, path, { reason: 'Not found', message: 'the infrastructure has no failure domain of this name', expected })];
};

const checkSelector = ({ document, name }: Resource): readonly ManifestProblem[] => {
  const labels = textsAt(document, LABELS);
  const matches = ([key, value]: readonly [string, string]): boolean =>
    key === CLUSTER_LABEL || labels[key] === value || (NAME_LABELS.includes(key) && value === name);
  return Object.entries(textsAt(document, SELECTOR))
    .filter((entry) => !matches(entry))
    .map(([key, value]) =>
      problemAt(document, [...SELECTOR, key], {
        message: 'the labels in spec.template.metadata do not match the selector',
        expected: `add the label ${key}: ${JSON.stringify(value)} to them, or leave the selector empty`,
      }),
    );
};
