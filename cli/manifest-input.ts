import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { ManifestProblem } from '../api/manifest-problem.ts';
import { parseManifest } from '../api/parse-manifest.ts';
import { InvalidManifestError, UsageError } from './errors.ts';
import { renderProblems } from './render/problems.ts';
import { colorsFor, writeProblem, writeStory } from './terminal.ts';

export type ManifestText = { readonly text: string; readonly source: string };

/** A file, or standard input for "-". @throws UsageError where it cannot be read. */
export async function readManifest(path: string): Promise<ManifestText> {
  if (path === '-') {
    if (process.stdin.isTTY) writeStory('reading the manifest from standard input (end with Ctrl-D)');
    return { text: await text(process.stdin), source: 'stdin' };
  }
  try {
    return { text: await readFile(path, 'utf8'), source: path };
  } catch (cause) {
    throw new UsageError({
      what: `the manifest ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      unchanged: 'nothing was started',
      cause,
    });
  }
}

/** Warnings go to stderr. @throws InvalidManifestError after printing every problem. */
export function parseOrExplain({ text: manifest, source }: ManifestText): DesiredCluster {
  const result = parseManifest(manifest, { source });
  const colors = colorsFor(process.stderr);
  if (result.ok) {
    if (result.warnings.length > 0) writeStory(`${colors.yellow('Warnings')}\n${renderProblems(result.warnings, colors)}`);
    return result.cluster;
  }
  throw explainProblems(source, result.problems);
}

/** Prints all of them; the error says how many. */
export function explainProblems(source: string, problems: readonly ManifestProblem[]): InvalidManifestError {
  writeProblem(renderProblems(problems, colorsFor(process.stderr)));
  return new InvalidManifestError({
    what: `${source} has ${problems.length} ${problems.length === 1 ? 'error' : 'errors'}`,
    unchanged: 'nothing was started',
    next: ['mend what is listed above, then run the command again'],
  });
}
