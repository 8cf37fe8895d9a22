import { describe, expect, test } from 'vitest';
import { askFirstServing } from '../../../activities/etcd/ask-serving.ts';
import { machine } from '../domain/support/clusters.ts';

const cluster = { installation: 'i', name: 'demo', uid: 'u' };
const machines = ['cp-1', 'cp-2', 'cp-3'].map((name) => machine(name, 'Running'));
const refuse = async (): Promise<string> => Promise.reject(new Error('gone'));
const never = (): Promise<string> => new Promise(() => undefined);

function asking(answers: Readonly<Record<string, () => Promise<string>>>) {
  return askFirstServing({ cluster, machines, signal: AbortSignal.timeout(10_000) }, async ({ machine: name }) => (answers[name] ?? never)());
}

describe('who only looks', () => {
  test('is told by the first; nobody else is asked', async () => {
    const asked: string[] = [];
    const answer = await askFirstServing({ cluster, machines, signal: AbortSignal.timeout(1000) }, async ({ machine: name }) => {
      asked.push(name);
      return name;
    });
    expect([answer, asked]).toEqual(['cp-1', ['cp-1']]);
  });

  test('is told by the next where one hangs, after a moment', async () => {
    expect(await asking({ 'cp-2': async () => 'two' })).toBe('two');
  });

  test('is told by the next at once where one refuses', async () => {
    const startedAt = performance.now();
    expect(await asking({ 'cp-1': refuse, 'cp-2': async () => 'two' })).toBe('two');
    expect(performance.now() - startedAt).toBeLessThan(1500);
  });

  test('hears what each said where none answers', async () => {
    await expect(asking({ 'cp-1': refuse, 'cp-2': refuse, 'cp-3': refuse })).rejects.toThrow(/answers for etcd. cp-1: gone.*cp-2: gone.*cp-3: gone/);
  });
});
