import { convertCluster } from './convert-cluster.ts';
import type { DesiredCluster } from './desired-cluster.ts';
import { LIMITS } from './limits.ts';
import { sortProblems, type ManifestProblem, type ManifestResult } from './manifest-problem.ts';
import { readResources } from './read-resources.ts';
import { checkBackupRules } from './validation/backup-rules.ts';
import { checkBackends } from './validation/backend-rules.ts';
import { checkDeploymentRules } from './validation/deployment-rules.ts';
import { checkMachineRules } from './validation/machine-rules.ts';
import { checkNetworkRules } from './validation/network-rules.ts';
import { checkProvidedReferences } from './validation/provided-references.ts';
import { checkProvidedRules } from './validation/provided-rules.ts';
import { checkReferences } from './validation/references.ts';
import { checkRepeatedSettings } from './validation/repeated-settings.ts';
import { checkRolloutRules } from './validation/rollout-rules.ts';
import { findWarnings } from './validation/warnings.ts';
import { readDocuments } from './yaml-documents.ts';

/**
 * Reads a manifest: one cluster in Cluster API's kinds, as multi-document YAML.
 * Never throws for anything that the text says: all that is wrong comes back at once, in the order of the file.
 * Whether this installation has an image for the Kubernetes version is not checked here.
 *
 * @param options.source the file's name, for messages
 */
export const parseManifest = (text: string, { source }: { readonly source?: string } = {}): ManifestResult => {
  const read = readDocuments(text, source);
  const { resources, problems: shape, hasUnreadable } = readResources(read.documents);
  const isComplete = read.problems.length === 0 && !hasUnreadable;
  const problems = [
    ...read.problems,
    ...shape,
    ...checkReferences({ resources, isComplete }),
    ...(isComplete ? checkProvidedReferences(resources) : []),
    ...checkProvidedRules(resources),
    ...checkBackends(resources),
    ...checkBackupRules(resources),
    ...checkNetworkRules(resources),
    ...checkMachineRules(resources),
    ...checkDeploymentRules(resources),
    ...checkRepeatedSettings(resources),
    ...checkRolloutRules(resources),
  ];
  if (isComplete && !resources.some(({ kind }) => kind === 'Cluster')) {
    problems.push(describeNoCluster({ source, isEmpty: read.documents.length === 0 }));
  }
  if (problems.length > 0) return { ok: false, problems: limit(sortProblems(removeRepeated(problems))) };
  const cluster = convertCluster(resources);
  const tooLarge = checkSize(cluster, source);
  if (tooLarge !== undefined) return { ok: false, problems: [tooLarge] };
  return { ok: true, cluster, warnings: sortProblems(findWarnings(resources)) };
};

const place = (
  source: string | undefined,
): Pick<ManifestProblem, 'source' | 'document' | 'path' | 'line' | 'column'> => ({
  ...(source === undefined ? {} : { source }),
  document: 1,
  path: '',
  line: 1,
  column: 1,
});

const describeNoCluster = ({
  source,
  isEmpty,
}: {
  readonly source: string | undefined;
  readonly isEmpty: boolean;
}): ManifestProblem => ({
  ...place(source),
  reason: 'Required value',
  message: isEmpty ? 'the manifest is empty' : 'the manifest has no Cluster',
  expected: 'add a document of kind Cluster; "slipway generate cluster NAME" prints a whole manifest',
});

const checkSize = (cluster: DesiredCluster, source: string | undefined): ManifestProblem | undefined => {
  const bytes = new TextEncoder().encode(JSON.stringify(cluster)).length;
  if (bytes <= LIMITS.clusterBytes) return undefined;
  return {
    ...place(source),
    reason: 'Too long',
    message: `the cluster takes ${bytes} bytes`,
    expected: `use at most ${LIMITS.clusterBytes}: shorten files and annotations`,
  };
};

const limit = (problems: readonly ManifestProblem[]): readonly ManifestProblem[] => {
  const last = problems[LIMITS.problems - 1];
  if (last === undefined || problems.length === LIMITS.problems) return problems;
  const { value: _value, ...first } = last;
  const message = `${problems.length - LIMITS.problems + 1} more problems follow, which are not listed`;
  const more: ManifestProblem = { ...first, path: '', reason: 'Too long', message, expected: 'correct the first ones' };
  return [...problems.slice(0, LIMITS.problems - 1), more];
};

const removeRepeated = (problems: readonly ManifestProblem[]): readonly ManifestProblem[] => [
  ...new Map(
    problems.map((problem) => [JSON.stringify([problem.line, problem.column, problem.path, problem.message]), problem]),
  ).values(),
];
