import { Option } from 'commander';
import { writeData } from './terminal.ts';

export const outputFormats = ['table', 'wide', 'json', 'yaml', 'name'] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** `-o`, with the formats that a command has. */
export function outputOption(formats: readonly OutputFormat[]): Option {
  return new Option('-o, --output <format>', 'how to print').choices(formats).default('table');
}

/** JSON with two spaces, or the same value as YAML; keys are a stable interface. */
export async function writeValue(value: unknown, format: 'json' | 'yaml'): Promise<void> {
  if (format === 'json') {
    writeData(JSON.stringify(value, undefined, 2));
    return;
  }
  const { stringify } = await import('yaml');
  writeData(stringify(value, { aliasDuplicateObjects: false }));
}
