import { describe, expect, it, test } from 'vitest';
import { renderDurableScript } from '../../../activities/ssh/durable-script.ts';
import { frameScript } from '../../../activities/ssh/framed-script.ts';
import { renderWriteFiles } from '../../../activities/ssh/write-files-script.ts';

const golden = (name: string): string => `../../golden/ssh/${name}`;
const command = {
  operation: 'kubeadm-init',
  generation: 2001,
  script: "kubeadm init --config '/etc/it''s here.yaml'",
  cleanup: 'kubeadm reset --force',
  timeoutSeconds: 599.5,
};
const file = { path: '/etc/kubernetes/kubeadm.yaml', content: 'secret', mode: '0600' };

describe('what runs on a Machine', () => {
  it('decides on a durable command and follows it', async () => {
    await expect(renderDurableScript(command)).toMatchFileSnapshot(golden('durable-command.sh'));
  });

  it('writes files', async () => {
    const { script, input } = renderWriteFiles([
      file,
      { path: "/root/it's $HOME/-n", content: 'äö', mode: '644', owner: 'etcd:etcd', append: true },
    ]);
    await expect(script).toMatchFileSnapshot(golden('write-files.sh'));
    expect(Buffer.from(input).toString()).toBe('secretäö');
    expect(script).not.toContain('secret');
  });

  it('takes a script from its standard input', async () => {
    const framed = frameScript({ script: 'echo hi', input: 'abc', limitSeconds: 12.3 });
    await expect(`${framed.command}\n`).toMatchFileSnapshot(golden('framed-script.sh'));
  });
});

describe('what is refused before anything is sent', () => {
  test.each(['', 'Init', 'a b', 'a;reboot', '-a', 'a-', 'a/b', '../a', 'a\n', 'a'.repeat(201)])('the operation %j', (operation) => {
    expect(() => renderDurableScript({ ...command, operation })).toThrow(RangeError);
  });
  test.each([-1, 1.5, Number.NaN, 2 ** 53])('the generation %d', (generation) => {
    expect(() => renderDurableScript({ ...command, generation })).toThrow(RangeError);
  });
  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('the timeout %d', (timeoutSeconds) => {
    expect(() => renderDurableScript({ ...command, timeoutSeconds })).toThrow(RangeError);
  });
  test.each([
    ['a relative path', { ...file, path: 'etc/x' }],
    ['a folder', { ...file, path: '/etc/' }],
    ['a path with a NUL', { ...file, path: '/etc/a\0b' }],
    ['a symbolic mode', { ...file, mode: 'u+rwx' }],
    ['a mode with a command in it', { ...file, mode: '0600; reboot' }],
    ['an owner with a command in it', { ...file, owner: 'root;reboot' }],
    ['an owner that is an option', { ...file, owner: '--reference=/etc/shadow' }],
  ])('%s', (_, bad) => {
    expect(() => renderWriteFiles([bad])).toThrow(RangeError);
  });
});
