import { StringDecoder } from 'node:string_decoder';

/** A line without an end is given out in pieces of this many characters: nothing grows without bound. */
const LONGEST_LINE = 16 * 1024;

/** Gives complete lines, without their end, as bytes come in. `end` gives what is left. */
export type LineSplitter = { readonly push: (chunk: Buffer) => void; readonly end: () => void };

export function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const give = (line: string): void => onLine(line.endsWith('\r') ? line.slice(0, -1) : line);

  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(give);
    while (rest.length > LONGEST_LINE) {
      give(rest.slice(0, LONGEST_LINE));
      rest = rest.slice(LONGEST_LINE);
    }
  };

  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (rest !== '') {
        give(rest);
        rest = '';
      }
    },
  };
}
