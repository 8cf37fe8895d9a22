import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { slipwayIn } from './support/run-slipway.ts';

const scratch = mkdtempSync(join(tmpdir(), 'slipway-flags-'));
const slipway = slipwayIn(join(scratch, 'home'));
const nobody = { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } };

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// Each of them waits for a connection that nobody accepts.
describe.concurrent('-v and -q, before and after the command', () => {
  it.each([[['-v', 'get', 'clusters']], [['get', 'clusters', '--verbose']]])('%j adds the causes', async (args) => {
    const { code, stderr } = await slipway(args, nobody);
    expect(stderr).toMatch(/^Error: Temporal at 127\.0\.0\.1:1 does not answer\n/);
    expect(stderr).toMatch(/ {4}TemporalUnreachableError: .*\n +at .*session/);
    expect(stderr).toContain('    caused by: ');
    expect(code).toBe(20);
  });

  it('is silent on them otherwise', async () => {
    const { stderr } = await slipway(['get', 'clusters'], nobody);
    expect(stderr).not.toMatch(/TemporalUnreachableError|caused by/);
  });

  it.each([[['-q', 'down']], [['down', '--quiet']]])('%j tells no story', async (args) => {
    expect(await slipway(args)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it.each([
    [['-q', 'get', 'clusters'], 20, 'does not answer'],
    [['-q', 'apply', '-f', '-'], 10, 'stdin:'],
    [['-q', 'get', 'pods'], 2, 'no kind'],
  ])('%j still tells what is wrong', async (args, code, message) => {
    const ended = await slipway(args, { ...nobody, stdin: 'kind: Cluster\n' });
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('leaves what comes after -- alone', async () => {
    const { stderr } = await slipway(['ssh', 'machine', '--', 'ls', '-q'], nobody);
    expect(stderr).toContain('does not answer');
  });
});

describe('colour', () => {
  const red = '\u001B[31m';
  it.each([
    [{ NO_COLOR: '', FORCE_COLOR: '' }, false],
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, true],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [{ NO_COLOR: '', FORCE_COLOR: '0' }, false],
  ])('%j without a terminal: %s', async (env, coloured) => {
    const { stderr } = await slipway(['get', 'pods'], { env });
    expect(stderr.includes(red)).toBe(coloured);
    expect(stderr).not.toContain('Warning');
  });
});
