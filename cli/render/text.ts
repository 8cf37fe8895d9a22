import type { Colors } from '../terminal.ts';

export type Style = 'plain' | 'dim' | 'bold' | 'green' | 'red' | 'yellow' | 'cyan';
export type Segment = { readonly text: string; readonly style: Style };
/** One line before colours: its width can be counted, cut and compared with golden files. */
export type Line = readonly Segment[];

export function segment(text: string, style: Style = 'plain'): Segment {
  return { text, style };
}

/** Lines in colour, each cut to `width` columns where one is given. No newline at the end. */
export function paintLines(lines: readonly Line[], colors: Colors, width?: number): string {
  return lines.map((line) => paintLine(width === undefined ? line : cut(line, width), colors)).join('\n');
}

function paintLine(line: Line, colors: Colors): string {
  return line.map(({ text, style }) => (style === 'plain' ? text : colors[style](text))).join('').trimEnd();
}

function cut(line: Line, width: number): Line {
  const kept: Segment[] = [];
  let left = width;
  for (const { text, style } of line) {
    if (text.length <= left) {
      kept.push({ text, style });
      left -= text.length;
      continue;
    }
    if (left > 0) kept.push({ text: `${text.slice(0, left - 1)}…`, style });
    return kept;
  }
  return kept;
}

/** A message as one line: what follows the first one is for `describe`. */
export function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
