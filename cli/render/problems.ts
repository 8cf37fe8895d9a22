import { sortProblems, type ManifestProblem } from '../../api/manifest-problem.ts';
import type { Colors } from '../terminal.ts';

/**
 * All that is wrong in a manifest, in the order of the file, two lines a problem:
 *   demo.yaml:42:13  KubeadmControlPlane/demo  spec.replicas: Invalid value: 2: must be odd
 *                    expected: 1, 3, 5 or 7
 */
export function renderProblems(problems: readonly ManifestProblem[], colors: Colors): string {
  const sorted = sortProblems(problems);
  const places = sorted.map(placeOf);
  const width = Math.max(0, ...places.map((place) => place.length));
  return sorted
    .map((problem, index) => {
      const place = (places[index] ?? '').padEnd(width);
      return [
        `  ${colors.cyan(place)}  ${colors.bold(ownerOf(problem))}  ${statementOf(problem)}`,
        `  ${' '.repeat(width)}  ${colors.dim('expected:')} ${problem.expected}`,
      ].join('\n');
    })
    .map((block) => `${block}\n`)
    .join('');
}

function placeOf(problem: ManifestProblem): string {
  return `${problem.source ?? 'manifest'}:${problem.line}:${problem.column}`;
}

function ownerOf(problem: ManifestProblem): string {
  const document = `document ${problem.document}`;
  if (problem.kind === undefined) return document;
  return `${problem.name === undefined ? problem.kind : `${problem.kind}/${problem.name}`} (${document})`;
}

function statementOf(problem: ManifestProblem): string {
  const parts = [problem.path, problem.reason, problem.value ?? '', problem.message];
  return parts.filter((part) => part !== '').join(': ');
}
