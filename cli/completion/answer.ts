import { setTimeout as delay } from 'node:timers/promises';
import { buildProgram } from '../program.ts';
import type { Candidate, Completion } from './completion.ts';
import { planCompletion } from './plan-completion.ts';

/** A shell is frozen until the answer is there. */
const NAMES_TIMEOUT_MS = 800;

/**
 * Answers a shell: "files" or "words" on the first line, then a candidate a line, its description
 * after a tab. Whatever fails or takes too long is left out; nothing is ever an error.
 */
export async function answerCompletion(words: readonly string[]): Promise<void> {
  process.stdout.write(await completeWords(words).catch(() => 'words\n'));
  // A connection that is still being made would keep the process, and the shell, waiting.
  process.exit(0);
}

async function completeWords(words: readonly string[]): Promise<string> {
  const completion = planCompletion(await buildProgram(words.slice(0, -1)), words);
  const current = words.at(-1) ?? '';
  const candidates = [...completion.candidates, ...(await nameCandidates(completion))];
  return renderCompletion(completion.files, candidates.filter(({ value }) => value.startsWith(current === '=' ? '' : current)));
}

function renderCompletion(files: boolean, candidates: readonly Candidate[]): string {
  const lines = candidates.map(({ value, description = '' }) => (description === '' ? value : `${value}\t${description}`));
  return [files ? 'files' : 'words', ...lines].map((line) => `${line}\n`).join('');
}

async function nameCandidates({ names }: Completion): Promise<readonly Candidate[]> {
  if (names === undefined) return [];
  const fetched = import('./names.ts').then(({ fetchNames }) => fetchNames(names)).catch(() => []);
  const found = await Promise.race([fetched, delay(NAMES_TIMEOUT_MS, [])]);
  return found.map((name) => ({ value: names.prefix + name }));
}
