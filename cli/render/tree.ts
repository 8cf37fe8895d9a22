import type { Line, Segment } from './text.ts';
import { segment } from './text.ts';

/** One row of a tree: the first cell carries the branches, the others are aligned in columns. */
export type TreeNode = {
  readonly cells: readonly Segment[];
  readonly children: readonly TreeNode[];
};

type Row = { readonly branch: string; readonly cells: readonly Segment[] };

const GAP = 2;

/** Rows in depth-first order with ├─, └─ and │, every column as wide as its widest cell. */
export function renderTree(roots: readonly TreeNode[], header?: readonly string[]): readonly Line[] {
  const tree = roots.flatMap((root) => flatten(root, '', ''));
  const rows = header === undefined ? tree : [{ branch: '', cells: header.map((title) => segment(title)) }, ...tree];
  const widths: number[] = [];
  for (const row of rows) {
    row.cells.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cellWidth(row, cell, column));
    });
  }
  return rows.map((row) => alignRow(row, widths));
}

function flatten(node: TreeNode, own: string, below: string): readonly Row[] {
  return [
    { branch: own, cells: node.cells },
    ...node.children.flatMap((child, index) => {
      const last = index === node.children.length - 1;
      return flatten(child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
    }),
  ];
}

function cellWidth(row: Row, cell: Segment, column: number): number {
  return cell.text.length + (column === 0 ? row.branch.length : 0);
}

function alignRow(row: Row, widths: readonly number[]): Line {
  const last = row.cells.findLastIndex((cell) => cell.text !== '');
  const aligned = row.cells.slice(0, last + 1).flatMap((cell, column) => {
    const padding = (widths[column] ?? 0) + GAP - cellWidth(row, cell, column);
    return column === last ? [cell] : [cell, segment(' '.repeat(padding))];
  });
  return [segment(row.branch, 'dim'), ...aligned];
}
