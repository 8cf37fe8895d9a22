import type { DesiredCluster } from './desired-cluster.ts';

/** The error types of Kubernetes' own field errors, three that a text file adds, and two for warnings. */
export type ProblemReason =
  | 'Invalid value'
  | 'Required value'
  | 'Unsupported value'
  | 'Duplicate value'
  | 'Forbidden'
  | 'Not found'
  | 'Too long'
  | 'Unknown field'
  | 'Unused document'
  | 'Syntax error'
  | 'Not used'
  | 'Insecure';

/** One thing that is wrong (or, among the warnings, remarkable) in a manifest. */
export type ManifestProblem = {
  /** The file's name, as the caller gave it. */
  readonly source?: string;
  /** 1-based; documents without content do not count. */
  readonly document: number;
  readonly kind?: string;
  readonly name?: string;
  /** "spec.replicas"; "" for the document as a whole. */
  readonly path: string;
  /** 1-based, in the file. */
  readonly line: number;
  /** 1-based, in the line. */
  readonly column: number;
  readonly reason: ProblemReason;
  /** As the user wrote it, strings quoted; "(hidden)" where the field may hold a secret. */
  readonly value?: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right, as an instruction. */
  readonly expected: string;
};

export type ManifestResult =
  | { readonly ok: true; readonly cluster: DesiredCluster; readonly warnings: readonly ManifestProblem[] }
  | { readonly ok: false; readonly problems: readonly ManifestProblem[] };

/**
 * One line in the tone of Kubernetes' field errors:
 * `demo.yaml:42:13: KubeadmControlPlane/demo: spec.replicas: Invalid value: 2: must be odd: …; use 1, 3, 5 or 7`
 */
export const describeProblem = (problem: ManifestProblem): string => {
  const place = `${problem.source ?? `document ${problem.document}`}:${problem.line}:${problem.column}`;
  const owner =
    problem.kind === undefined ? [] : [problem.name === undefined ? problem.kind : `${problem.kind}/${problem.name}`];
  const field = problem.path === '' ? [] : [problem.path];
  const value = problem.value === undefined ? [] : [problem.value];
  return `${[place, ...owner, ...field, problem.reason, ...value, problem.message].join(': ')}; ${problem.expected}`;
};

/** By place in the file, so that a reader goes through it once from top to bottom. */
export const sortProblems = (problems: readonly ManifestProblem[]): readonly ManifestProblem[] =>
  [...problems].sort(
    (a, b) =>
      a.line - b.line || a.column - b.column || compareText(a.path, b.path) || compareText(a.message, b.message),
  );

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
