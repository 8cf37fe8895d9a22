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

/** Story: what a person reads. */
export function writeStory(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}
