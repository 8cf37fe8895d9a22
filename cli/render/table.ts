/** A cell's text and how it is coloured; the width counts the text alone. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

const GAP = '   ';

/**
 * Borderless, left-aligned columns with three spaces between, as kubectl prints them. No trailing
 * spaces; an empty list gives the header alone. Ends with a newline.
 */
export function renderTable(table: { readonly header: readonly string[]; readonly rows: readonly (readonly Cell[])[] }): string {
  const lines: readonly (readonly Cell[])[] = [table.header, ...table.rows];
  const widths = table.header.map((_, column) => Math.max(...lines.map((line) => textOf(line[column] ?? '').length)));
  return lines.map((line) => `${renderLine(line, widths)}\n`).join('');
}

function renderLine(line: readonly Cell[], widths: readonly number[]): string {
  const last = line.findLastIndex((cell) => textOf(cell) !== '');
  return line
    .slice(0, last + 1)
    .map((cell, column) => {
      const text = textOf(cell);
      const padding = column === last ? '' : ' '.repeat(Math.max(0, (widths[column] ?? 0) - text.length));
      return (typeof cell === 'string' ? text : cell.paint(text)) + padding;
    })
    .join(GAP);
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
