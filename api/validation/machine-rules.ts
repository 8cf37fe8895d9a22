import { DEFAULT_REPLICAS } from '../defaults.ts';
import { LIMITS } from '../limits.ts';
import { numberAt, problemAt, textAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { ofKind, type Resource } from '../read-resources.ts';
import { checkSkew } from './versions.ts';

const REPLICAS: Path = ['spec', 'replicas'];
const WORKER_VERSION: Path = ['spec', 'template', 'spec', 'version'];

const countReplicas = ({ document }: Resource): number => {
  const replicas = numberAt(document, REPLICAS);
  // A number that is wrong by itself is reported by itself: here it must not lead to more findings.
  return replicas !== undefined && Number.isInteger(replicas) && replicas >= 0 && replicas <= LIMITS.machines
    ? replicas
    : DEFAULT_REPLICAS;
};

/** Machines that the control plane and all MachineDeployments ask for together. */
export const countMachines = (resources: readonly Resource[]): number =>
  [...ofKind(resources, 'KubeadmControlPlane').slice(0, 1), ...ofKind(resources, 'MachineDeployment')].reduce(
    (sum, resource) => sum + countReplicas(resource),
    0,
  );

/** What the Machines of a cluster must agree on: their number, their versions, their names. */
export const checkMachineRules = (resources: readonly Resource[]): readonly ManifestProblem[] => [
  ...checkCount(resources),
  ...checkVersions(resources),
  ...checkNames(resources),
];

/** Reported at the first MachineDeployment that is one too many. */
const checkCount = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  let total = ofKind(resources, 'KubeadmControlPlane')
    .slice(0, 1)
    .reduce((sum, resource) => sum + countReplicas(resource), 0);
  for (const deployment of ofKind(resources, 'MachineDeployment')) {
    total += countReplicas(deployment);
    if (total <= LIMITS.machines) continue;
    const wrong = {
      message: `makes ${total} machines in the cluster so far`,
      expected: `use at most ${LIMITS.machines} in all`,
    };
    return [problemAt(deployment.document, REPLICAS, wrong)];
  }
  return [];
};

const checkVersions = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const [controlPlane] = ofKind(resources, 'KubeadmControlPlane');
  const server = controlPlane === undefined ? undefined : textAt(controlPlane.document, ['spec', 'version']);
  if (server === undefined) return [];
  return ofKind(resources, 'MachineDeployment').flatMap(({ document }) => {
    const workers = textAt(document, WORKER_VERSION);
    const wrong = workers === undefined ? undefined : checkSkew({ controlPlane: server, workers });
    return wrong === undefined ? [] : [problemAt(document, WORKER_VERSION, wrong)];
  });
};

/** Machines are called after their owners, and a Node's name must be its own. */
const checkNames = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const names = new Set(ofKind(resources, 'KubeadmControlPlane').map(({ name }) => name));
  return ofKind(resources, 'MachineDeployment')
    .filter(({ name }) => name !== '' && names.has(name))
    .map(({ document, name }) =>
      problemAt(document, ['metadata', 'name'], {
        reason: 'Duplicate value',
        message: 'the KubeadmControlPlane has this name already, and Machines are called after it',
        expected: `use a name such as "${name}-md-0"`,
      }),
    );
};
