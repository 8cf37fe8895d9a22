import type { Command } from 'commander';
import { versions } from '../../node-image/versions.mjs';
import { outputOption, writeValue, type OutputFormat } from '../output.ts';
import { renderTable } from '../render/table.ts';
import { writeData } from '../terminal.ts';
import { cliVersion } from '../version.ts';

export function registerVersion(command: Command): void {
  command
    .description('Prints the versions of Slipway, of Node and of what set-up builds. `slipway status` shows those that run.')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (flags: { readonly output: OutputFormat }) => {
      const value = {
        slipway: cliVersion(),
        node: process.version,
        kubernetes: versions.kubernetes,
        temporal: versions.temporal,
        flannel: versions.flannel,
      };
      if (flags.output === 'json' || flags.output === 'yaml') return writeValue(value, flags.output);
      return writeData(renderTable({ header: ['COMPONENT', 'VERSION'], rows: Object.entries(value) }));
    });
}
