import type { MachineConditions } from '../../domain/machine-conditions.ts';
import { kindOf } from '../../domain/owner.ts';
import { formatAge } from './age.ts';
import { printableLine } from './printable.ts';
import { renderTable } from './table.ts';

/** One Machine, as `kubectl describe` lays an object out. No newline at the end. */
export function renderMachine(shown: { readonly cluster: string; readonly described: MachineConditions; readonly work: readonly string[]; readonly now: number }): string {
  const { cluster, described, work, now } = shown;
  const { machine, conditions } = described;
  const annotations = Object.entries(machine.annotations ?? {}).map(([key, value]) => printableLine(`${key}=${value}`, 400));
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['Name', [machine.name]],
    ['Cluster', [cluster]],
    ['Owner', [`${kindOf(machine.role)}/${machine.owner}`]],
    ['Annotations', annotations.length === 0 ? ['<none>'] : annotations],
    ['Phase', [`${machine.phase} for ${formatAge(now - machine.phaseSince)}`]],
    ['Deletion', machine.deletion === undefined ? [] : [`asked for by ${machine.deletion.actor}${machine.deletion.reason === undefined ? '' : ` (${printableLine(machine.deletion.reason)})`}`]],
    ['Work', work.map((line) => printableLine(line, 400))],
    ['Version', [machine.version]],
    ['Failure domain', machine.failureDomain === undefined ? [] : [machine.failureDomain]],
    ['Address', [machine.address]],
    ['SSH', [`127.0.0.1:${machine.sshPort}`]],
    ['UID', [machine.uid]],
  ];
  const width = Math.max(...facts.map(([label]) => label.length)) + 3;
  const lines = facts.flatMap(([label, values]) => values.map((value, index) => (index === 0 ? `${label}:` : '').padEnd(width) + value));
  const table = renderTable({
    header: ['TYPE', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'],
    rows: conditions.map(({ type, status, reason, since, message }) => [type, status, reason, since === undefined ? '-' : formatAge(now - since), printableLine(message, 400)]),
  });
  return [...lines, 'Conditions:', ...table.trimEnd().split('\n').map((line) => `  ${line}`)].join('\n');
}
