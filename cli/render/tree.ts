import type { Line, Segment } from './text.ts';
import { segment } from './text.ts';

/** One row of a tree: the first cell carries the branches, the others are aligned in columns. */
export type TreeNode = {
  readonly cells: readonly Segment[];
  readonly children: readonly TreeNode[];
};

const GAP = 2;

/** Rows in depth-first order with ├─, └─ and │, every column as wide as its widest cell. */
export function renderTree(roots: readonly TreeNode[], header?: readonly string[]): readonly Line[] {
  const rows = roots.flatMap((root) => flatten(root, '', ''));
  const all = header === undefined ? rows : [header.map((title) => segment(title)), ...rows];
  const widths: number[] = [];
  for (const row of all) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.text.length);
    });
  }
  return all.map((row) => alignRow(row, widths));
}

function flatten(node: TreeNode, own: string, below: string): readonly (readonly Segment[])[] {
  const [first, ...rest] = node.cells;
  const branched = segment(`${own}${first?.text ?? ''}`, first?.style ?? 'plain');
  return [
    [branched, ...rest],
    ...node.children.flatMap((child, index) => {
      const last = index === node.children.length - 1;
      return flatten(child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
    }),
  ];
}

function alignRow(row: readonly Segment[], widths: readonly number[]): Line {
  const last = row.findLastIndex((cell) => cell.text !== '');
  return row.slice(0, last + 1).map((cell, column) =>
    column === last ? cell : segment(cell.text.padEnd((widths[column] ?? 0) + GAP), cell.style),
  );
}
