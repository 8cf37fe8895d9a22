import { APPROVE_BEFORE_ANNOTATION, checkApprovalGates } from '../approval-gates.ts';
import { DEFAULT_REPLICAS } from '../defaults.ts';
import { numberAt, problemAt, textAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { ofKind, type Resource } from '../read-resources.ts';

/** What fields of a rollout must agree on with others. */
export const checkRolloutRules = (resources: readonly Resource[]): readonly ManifestProblem[] => [
  ...ofKind(resources, 'Cluster').flatMap(checkGates),
  ...ofKind(resources, 'KubeadmControlPlane').flatMap(checkSurge),
  ...ofKind(resources, 'MachineDeployment').flatMap(checkDeadline),
];

const checkGates = ({ document }: Resource): readonly ManifestProblem[] => {
  const path: Path = ['metadata', 'annotations', APPROVE_BEFORE_ANNOTATION];
  const wrong = checkApprovalGates(textAt(document, path) ?? '');
  return wrong === undefined ? [] : [problemAt(document, path, wrong)];
};

/** In v1beta1 and in v1beta2. */
const SURGES: readonly Path[] = [
  ['spec', 'rolloutStrategy', 'rollingUpdate', 'maxSurge'],
  ['spec', 'rollout', 'strategy', 'rollingUpdate', 'maxSurge'],
];

/** Cluster API's rule: of fewer than three, the one that goes first takes the majority with it. */
const checkSurge = ({ document }: Resource): readonly ManifestProblem[] => {
  const replicas = numberAt(document, ['spec', 'replicas']) ?? DEFAULT_REPLICAS;
  if (replicas >= 3) return [];
  return SURGES.filter((path) => numberAt(document, path) === 0).map((path) =>
    problemAt(document, path, {
      message: `a control plane of ${replicas} would lose its majority with the machine that goes first`,
      expected: 'use 1, or set spec.replicas to 3 or more',
    }),
  );
};

/** As for Deployments of Kubernetes. A MachineDeployment of v1beta2 has no deadline of its own. */
const checkDeadline = ({ document }: Resource): readonly ManifestProblem[] => {
  const path: Path = ['spec', 'progressDeadlineSeconds'];
  const [deadline, minReady] = [numberAt(document, path), numberAt(document, ['spec', 'minReadySeconds'])];
  if (deadline === undefined || minReady === undefined || deadline > minReady) return [];
  const message = `a machine that must be ready for ${minReady} s (minReadySeconds) would never be in time`;
  return [problemAt(document, path, { message, expected: `use more than ${minReady}` })];
};
