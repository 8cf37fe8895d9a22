import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const PAGE = readFileSync(new URL('../../../../docs/manifests.md', import.meta.url), 'utf8');

/** Where the paths of a table begin: "KubeadmControlPlane spec" is the spec of the KubeadmControlPlane. */
export type Place = { readonly kind: string; readonly prefix: readonly string[] };

type Table = { readonly title: string; readonly rows: readonly (readonly string[])[] };

/** The tables of a page that are marked with `<!-- table: title -->`; cells as text, without backticks. */
export const readTables = (page: string): readonly Table[] =>
  [...page.matchAll(/^<!-- table: (.+) -->\n((?:\|.*\n)+)/gm)].map(([, title = '', lines = '']) => ({
    title,
    rows: lines
      .trimEnd()
      .split('\n')
      .slice(2)
      .map(readCells),
  }));

const readCells = (line: string): readonly string[] =>
  line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|').replace(/^`(.*)`$/, '$1'));

export type FieldRow = Place & { readonly path: readonly (string | number)[]; readonly cells: readonly string[] };

/** The rows of all tables called "WORD: PLACE + PLACE", once for each place. */
export const listFields = (word: string): readonly FieldRow[] =>
  readTables(PAGE)
    .filter(({ title }) => title.startsWith(`${word}: `))
    .flatMap(({ title, rows }) =>
      readPlaces(title).flatMap((place) =>
        rows.map((cells): FieldRow => ({ ...place, path: [...place.prefix, ...readPath(cells[0] ?? '')], cells })),
      ),
    );

const readPlaces = (title: string): readonly Place[] =>
  title
    .slice(title.indexOf(': ') + 2)
    .split(' + ')
    .map((place) => {
      const [kind = '', prefix = ''] = place.split(' ');
      return { kind, prefix: prefix === '' ? [] : prefix.split('.') };
    });

/** "files[0].path" */
export const readPath = (text: string): readonly (string | number)[] =>
  [...text.matchAll(/[^.[\]]+/g)].map(([part]) => (/^\d+$/.test(part) ? Number(part) : part));

export const readValue = (cell: string | undefined): unknown => parse(cell ?? '');

/** The rows of the one table of that title. */
export const rowsOf = (title: string): readonly (readonly string[])[] => {
  const tables = readTables(PAGE).filter((table) => table.title === title);
  const [table] = tables;
  if (table === undefined || tables.length > 1) throw new Error(`The page has ${tables.length} tables "${title}"`);
  return table.rows;
};
