import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

/** The import check and the lint rule beside it, against a tree in which everything is wrong: they must bite. */

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const folders = ['api', 'domain', 'workflows', 'activities', 'simulator', 'workers', 'cli'];

/** File, what it imports, and the rule that must object. */
const wrong: readonly (readonly [string, string, string])[] = [
  ['api/sees-domain.ts', '../domain/machine.ts', 'api-stands-alone'],
  ['api/makes-keys.ts', 'node:crypto', 'api-knows-four-builtins'],
  ['api/talks-to-docker.ts', 'dockerode', 'api-has-few-packages'],
  ['domain/has-effects.ts', '../activities/store.ts', 'domain-is-pure'],
  ['domain/reads-files.ts', 'node:fs', 'pure-has-no-builtins'],
  ['domain/checks-input.ts', 'zod', 'domain-has-few-packages'],
  ['domain/logs.ts', '@temporalio/workflow', 'pure-has-no-temporal'],
  ['workflows/sees-helper.ts', '../activities/store.ts', 'workflows-see-domain'],
  ['workflows/reads-yaml.ts', 'yaml', 'workflows-have-few-packages'],
  ['activities/orchestrates.ts', '../workflows/messages.ts', 'activities-see-domain'],
  ['cli/has-effects.ts', '../activities/store.ts', 'cli-is-thin'],
  ['cli/runs-workflows.ts', '../workflows/cluster.ts', 'cli-is-thin'],
  ['simulator/acts.ts', '../activities/store.ts', 'simulator-stands-alone'],
  ['simulator/rules/reads-clock.ts', 'node:timers', 'pure-has-no-builtins'],
  ['activities/simulates.ts', '../simulator/rules.ts', 'activities-see-domain'],
  ['workers/has-terminal.ts', '../cli/main.ts', 'workers-do-not-see-cli'],
  ['domain/cycle-a.ts', './cycle-b.ts', 'no-cycles'],
];
const right = ['domain/machine.ts', 'simulator/rules.ts', 'activities/store.ts', 'workflows/messages.ts', 'workflows/cluster.ts', 'cli/main.ts'];

const reportSchema = z.object({
  summary: z.object({ violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })) }),
});

let tree = '';
beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'slipway-imports-'));
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), content);
  };
  for (const [file, imported] of wrong) write(file, `import * as it from '${imported}';\nexport const used = it;\n`);
  for (const file of right) write(file, 'export const used = 1;\n');
  write('domain/cycle-b.ts', "export * from './cycle-a.ts';\n");
  for (const file of ['node_modules', 'tsconfig.json', 'package.json']) symlinkSync(join(checkout, file), join(tree, file));
});
afterAll(() => rmSync(tree, { recursive: true }));

const bin = (name: string): string => join(checkout, 'node_modules', '.bin', name);

test('each rule of the import check finds what it is there for', () => {
  const config = join(checkout, '.dependency-cruiser.mjs');
  const { stdout } = spawnSync(bin('depcruise'), ['--config', config, '--output-type', 'json', ...folders], { cwd: tree, encoding: 'utf8' });
  const { violations } = reportSchema.parse(JSON.parse(stdout)).summary;
  const found = violations.map(({ from, rule }) => `${from}: ${rule.name}`);
  expect(found).toEqual(expect.arrayContaining(wrong.map(([file, , rule]) => `${file}: ${rule}`)));
});

test('a workflow that imports an activity for more than its type is found', () => {
  const activity = 'record-activities.ts';
  writeFileSync(join(tree, 'activities', activity), 'export const create = () => 1;\nexport type It = 1;\n');
  writeFileSync(join(tree, 'workflows', 'effect.ts'), `import { create } from '../activities/${activity}';\nexport const it = create();\n`);
  writeFileSync(join(tree, 'workflows', 'type.ts'), `import type { It } from '../activities/${activity}';\nexport const it: It = 1;\n`);
  // Its folders are relative to the file.
  copyFileSync(join(checkout, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  const lint = (file: string) => spawnSync(bin('oxlint'), [file], { cwd: tree, encoding: 'utf8' });
  expect(lint('workflows/effect.ts')).toMatchObject({ status: 1, stdout: expect.stringContaining('no-restricted-imports') });
  expect(lint('workflows/type.ts')).toMatchObject({ status: 0 });
});
