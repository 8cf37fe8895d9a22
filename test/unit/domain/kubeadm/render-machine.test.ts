import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { bootUnit, renderMounts, startBootCommands } from '../../../../domain/kubeadm/render-machine.ts';

const mounts = [
  ['tmpfs', '/scratch', 'tmpfs', 'size=16m', '0', '0'],
  ['LABEL=data', '/data'],
  ['/dev/$(id)', "/it's", 'auto', 'defaults'],
];

/** Runs the script with functions in place of the commands; what each was given comes back. */
function play(script: string): string {
  const commands = ['mkdir', 'mount', 'systemctl', 'sed'].map((name) => `${name}() { printf '${name}'; printf ' [%s]' "$@"; echo; }`);
  const answers = ['mountpoint() { return 1; }', 'grep() { return 0; }'];
  return execFileSync('sh', ['-eu'], { encoding: 'utf8', input: [...commands, ...answers, script].join('\n') });
}

describe('what is done to a Machine before its users are made', () => {
  test('mounts are as in the golden file', async () => {
    await expect(`${renderMounts(mounts)}\n`).toMatchFileSnapshot('../../../golden/kubeadm/mounts.sh');
  });

  test('mounts are made, each field as it stands', () => {
    expect(play(renderMounts(mounts))).toBe(
      ["mkdir [-p] [/scratch]", 'mount [/scratch]', 'mkdir [-p] [/data]', 'mount [/data]', "mkdir [-p] [/it's]", "mount [/it's]", ''].join('\n'),
    );
  });

  test.each([
    [['tmpfs', '/a', 'tmpfs', 'defaults'], 1],
    [['tmpfs', '/a'], 0],
    [['tmpfs', '/a', 'tmpfs', 'ro,nofail'], 0],
  ])('a mount that fails ends the bootstrap unless it may fail: %j', (fields, status) => {
    const script = ['mkdir() { :; }', 'mountpoint() { return 1; }', 'grep() { return 0; }', 'mount() { return 32; }', renderMounts([fields])].join('\n');
    let code = 0;
    try {
      execFileSync('sh', ['-eu'], { input: script, stdio: 'pipe' });
    } catch {
      code = 1;
    }
    expect(code).toBe(status);
  });

  test('boot commands run now and at every boot, and their last lines are shown when they fail', () => {
    expect(bootUnit).toContain('ExecStart=/bin/sh -eu /var/lib/slipway/bootstrap/boot.sh');
    expect(play(startBootCommands)).toBe('systemctl [daemon-reload]\nsystemctl [enable] [--quiet] [--now] [slipway-boot-commands.service]\n');
  });
});
