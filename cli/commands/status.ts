import type { Command } from 'commander';
import { exitCodeOf } from '../exit-codes.ts';
import { localHome } from '../local/home.ts';
import { observeStatus, type ComponentStatus } from '../local/status.ts';
import { outputOption, writeValue, type OutputFormat } from '../output.ts';
import { formatAge } from '../render/age.ts';
import { renderTable, type Cell } from '../render/table.ts';
import { colorsFor, writeData, writeStory, type Colors } from '../terminal.ts';

export function registerStatus(command: Command): void {
  command
    .description('Shows whether Temporal and the worker run and answer: addresses, process ids, versions. Exits with 1 where one does not.')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (flags: { readonly output: OutputFormat }) => {
      const status = await observeStatus(localHome());
      if (flags.output === 'json' || flags.output === 'yaml') await writeValue(status, flags.output);
      else {
        writeData(renderStatus(status.components, Date.now(), colorsFor(process.stdout)));
        if (!status.healthy) writeStory('Next:  slipway up');
      }
      if (!status.healthy) process.exitCode = exitCodeOf('differs');
    });
}

export function renderStatus(components: readonly ComponentStatus[], now: number, colors: Colors): string {
  return renderTable({
    header: ['COMPONENT', 'HEALTHY', 'STATE', 'PID', 'ADDRESS', 'VERSION', 'AGE'],
    rows: components.map((component): readonly Cell[] => [
      component.name,
      component.healthy ? { text: 'yes', paint: colors.green } : { text: 'no', paint: colors.red },
      component.state,
      component.pid === undefined ? '-' : String(component.pid),
      component.address ?? '-',
      component.version ?? '-',
      component.startedAt === undefined ? '-' : formatAge(now - Date.parse(component.startedAt)),
    ]),
  });
}
