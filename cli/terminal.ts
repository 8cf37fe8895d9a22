import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

type Stream = { readonly isTTY?: boolean };

/**
 * Colours for one stream: picocolors itself decides by stdout alone, but the story goes to stderr.
 * NO_COLOR (https://no-color.org) wins over everything.
 */
export function colorsFor(stream: Stream, env: NodeJS.ProcessEnv = process.env): Colors {
  const refused = (env['NO_COLOR'] ?? '') !== '';
  const forced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0';
  const terminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  return pc.createColors(!refused && (forced || terminal));
}

/** A live tree needs a terminal that can move its cursor. */
export function isLiveTerminal(stream: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
}

/** Whether a person is there to answer a question. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Data: what a script reads. */
export function writeData(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** How much is told on stderr: errors alone (-q), the story, or also each request (-v). */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

let verbosity: Verbosity = 'normal';

/** Set once, by the global flags. */
export function setVerbosity(chosen: Verbosity): void {
  verbosity = chosen;
}

export function currentVerbosity(): Verbosity {
  return verbosity;
}

/** Story: what a person reads. */
export function writeStory(text: string): void {
  if (verbosity !== 'quiet') writeProblem(text);
}

/** What belongs to an error: also the quiet are told. */
export function writeProblem(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** What was asked of whom, and how long it took: -v alone. */
export function writeTrace(text: string): void {
  if (verbosity === 'verbose') writeProblem(colorsFor(process.stderr).dim(text));
}
