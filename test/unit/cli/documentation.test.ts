import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeExitCodes, exitCodes } from '../../../cli/exit-codes.ts';
import { verbs } from '../../../cli/verbs.ts';

const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

it('docs/cli.md lists every exit code with its meaning', () => {
  for (const { code, meaning } of Object.values(exitCodes)) {
    expect(page).toContain(`| ${code} | ${meaning} |`);
    expect(describeExitCodes()).toContain(`${code}  ${meaning}`);
  }
});

it('docs/cli.md names every command', () => {
  for (const { verb } of verbs) expect(page).toContain(`slipway ${verb}`);
});
