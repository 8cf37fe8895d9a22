import type { OwnerRollout } from '../../domain/rollout/rollout-status.ts';
import type { ShownRollout } from '../views/shown-rollout.ts';
import type { Colors } from '../terminal.ts';
import { printableLine } from './printable.ts';
import { renderTable } from './table.ts';
import { paintLines, segment, type Line } from './text.ts';

/** Counts of each owner, then what each waits for. */
export function renderRollout({ cluster, owners, waitsFor }: ShownRollout, colors: Colors): string {
  const table = renderTable({
    header: ['OWNER', 'VERSION', 'REPLICAS', 'UPDATED', 'READY', 'AVAILABLE', 'OUTDATED', 'ROLLOUT'],
    rows: owners.map((owner) => [
      `${owner.kind}/${owner.name}`,
      owner.version,
      String(owner.replicas),
      String(owner.updated),
      count(owner.ready),
      count(owner.available),
      String(owner.outdated),
      owner.complete ? { text: 'complete', paint: colors.green } : { text: 'under way', paint: colors.cyan },
    ]),
  });
  const lines: readonly Line[] = [
    ...owners.flatMap((owner) => [
      ...(owner.canary === undefined ? [] : [[segment(`  ◇ ${owner.canary} is the first of the new template of ${owner.name}: the others wait for it`, 'cyan')]]),
      ...owner.waitsFor.map((reason): Line => [segment(`  ○ ${owner.name} waits: ${printableLine(reason)}`, 'yellow')]),
    ]),
    ...waitsFor.map((reason): Line => [segment(`  ○ cluster ${cluster} waits: ${printableLine(reason)}`, 'yellow')]),
  ];
  return `${table.trimEnd()}${lines.length === 0 ? '' : `\n${paintLines(lines, colors)}`}`;
}

/** The same as lines, each of which says all that there is of one owner: a changed one is told again. */
export function describeRollout({ cluster, owners, waitsFor }: ShownRollout): readonly string[] {
  return [...owners.map(describeOwnerRollout), ...waitsFor.map((reason) => `cluster ${cluster} waits: ${printableLine(reason)}`)];
}

function describeOwnerRollout({ kind, name, replicas, updated, outdated, available, complete, waitsFor }: OwnerRollout): string {
  const counts = `${updated} of ${replicas} updated, ${count(available)} available, ${outdated} outdated`;
  if (complete) return `${kind}/${name}: rollout complete (${counts})`;
  return `${kind}/${name}: ${counts}${waitsFor.length === 0 ? '' : `; waits: ${printableLine(waitsFor.join('; '))}`}`;
}

/** "?": Nodes could not be seen. */
function count(number: number | undefined): string {
  return number === undefined ? '?' : String(number);
}
