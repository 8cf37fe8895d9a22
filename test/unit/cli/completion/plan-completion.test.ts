import { describe, expect, it } from 'vitest';
import type { Completion } from '../../../../cli/completion/completion.ts';
import { planCompletion } from '../../../../cli/completion/plan-completion.ts';
import { buildProgram } from '../../../../cli/program.ts';
import { verbs } from '../../../../cli/verbs.ts';

async function plan(...words: readonly string[]): Promise<Completion> {
  return planCompletion(await buildProgram(words.slice(0, -1)), words);
}

async function values(...words: readonly string[]): Promise<readonly string[]> {
  return (await plan(...words)).candidates.map(({ value }) => value);
}

describe('what the command tree knows', () => {
  it('every command, with its summary', async () => {
    const { candidates } = await plan('');
    expect(candidates).toEqual([...verbs.map(({ verb, summary }) => ({ value: verb, description: summary })), expect.objectContaining({ value: 'help' })]);
  });

  it.each([
    [['get', ''], ['clusters', 'machines', 'operations', 'kubeconfig']],
    [['rollout', ''], ['status', 'pause', 'resume', 'restart', 'history', 'undo']],
    [['approve', 'cluster', 'demo', '--gate', ''], ['control-plane', 'after-canary']],
    [['generate', ''], expect.arrayContaining(['cluster'])],
    [['completion', ''], ['bash', 'zsh', 'fish']],
    [['completion', 'bash', ''], []],
    [['get', 'clusters', '-o', ''], ['table', 'wide', 'json', 'yaml', 'name']],
    [['get', 'clusters', '--output', 'j'], ['table', 'wide', 'json', 'yaml', 'name']],
    [['get', 'clusters', '--output=j'], ['--output=table', '--output=wide', '--output=json', '--output=yaml', '--output=name']],
    [['get', 'clusters', '--output', '='], ['table', 'wide', 'json', 'yaml', 'name']],
    [['get', 'clusters', '--output', '=', 'js'], ['table', 'wide', 'json', 'yaml', 'name']],
    [['get', '--cluster', 'demo', ''], ['clusters', 'machines', 'operations', 'kubeconfig']],
    [['-v', 'describe', ''], ['cluster']],
    [['describe', 'cluster', '--grouping', ''], ['true', 'false']],
    [['get', 'clusters', '--timeout', ''], []],
    [['frobnicate', ''], []],
    [['get', 'clusters', '--', '-'], []],
  ])('%j', async (words, expected) => {
    expect(await values(...words)).toEqual(expected);
  });

  it('the flags of a command and those of all commands', async () => {
    const flags = await values('get', 'clusters', '-');
    expect(flags).toEqual(expect.arrayContaining(['--output', '--watch', '--merge', '--verbose', '--quiet', '--help']));
    expect(flags).not.toContain('--version');
    expect(await values('--')).toEqual(['--version', '--verbose', '--quiet', '--help']);
  });

  it('help takes commands and exit-codes', async () => {
    expect(await values('help', '')).toEqual([...verbs.map(({ verb }) => verb), 'exit-codes']);
  });

  it('files, where a file is meant', async () => {
    expect(await plan('get', 'kubeconfig', 'demo', '-f', '')).toEqual({ candidates: [], files: true });
  });
});

describe('what Temporal is asked for', () => {
  it.each([
    [['get', 'clusters', ''], { kind: 'cluster', prefix: '' }],
    [['rollout', 'status', ''], { kind: 'target', prefix: '' }],
    [['rollout', 'undo', '--cluster', 'demo', 'm'], { kind: 'target', prefix: '', cluster: 'demo' }],
    [['rollout', 'pause', ''], { kind: 'owner', prefix: '' }],
    [['get', 'kubeconfig', 'd'], { kind: 'cluster', prefix: '' }],
    [['get', 'ma', ''], { kind: 'machine', prefix: '' }],
    [['get', 'machines', '--cluster', 'demo', 'one', ''], { kind: 'machine', prefix: '', cluster: 'demo' }],
    [['get', 'operations', '--cluster=demo', ''], { kind: 'operation', prefix: '', cluster: 'demo' }],
    [['get', 'machine/'], { kind: 'machine', prefix: 'machine/' }],
    [['get', 'machine/one', 'machine/t'], { kind: 'machine', prefix: 'machine/' }],
    [['get', 'clusters', '--cluster', ''], { kind: 'cluster', prefix: '' }],
    [['get', 'clusters', '--cluster='], { kind: 'cluster', prefix: '--cluster=' }],
    [['get', 'clusters', '--cluster', '=', 'd'], { kind: 'cluster', prefix: '' }],
    [['describe', 'cluster', ''], { kind: 'cluster', prefix: '' }],
    [['describe', 'cluster/d'], { kind: 'cluster', prefix: 'cluster/' }],
    [['logs', ''], { kind: 'machine', prefix: '' }],
    [['logs', 'machine', ''], { kind: 'machine', prefix: '' }],
    [['ssh', ''], { kind: 'machine', prefix: '' }],
    [['cancel', ''], { kind: 'operation', prefix: '' }],
  ])('%j', async (words, names) => {
    expect((await plan(...words)).names).toEqual(names);
  });

  it.each([[['describe', 'cluster', 'demo', '']], [['ssh', 'one', '']], [['get', 'pods', '']]])('%j: nothing', async (words) => {
    expect(await plan(...words)).toEqual({ candidates: [], files: false });
  });
});
