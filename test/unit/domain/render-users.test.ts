import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { BootstrapUser } from '../../../api/desired-cluster.ts';
import { renderUsers } from '../../../domain/kubeadm/render-users.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g';
const everything: BootstrapUser = {
  name: 'admin',
  shell: '/bin/bash',
  groups: 'sudo,adm',
  sudo: 'ALL=(ALL) NOPASSWD:ALL',
  passwd: { ref: 'secret-1' },
  sshAuthorizedKeys: [`${key} admin@example`, `${key} second@example`],
};
const hostile: BootstrapUser = { name: "o'brien", groups: '$(id)', sudo: '`id`', sshAuthorizedKeys: ["ssh-ed25519 AAAA it's; rm -rf /"] };

/** Runs the script with functions in place of the commands; what each was given comes back. */
function play(users: readonly BootstrapUser[], hashes: readonly (string | undefined)[]): string {
  const commands = [
    'id() { return 1; }',
    'getent() { return 2; }',
    "useradd() { printf 'useradd'; printf ' [%s]' \"$@\"; echo; }",
    "chpasswd() { printf 'chpasswd %s: ' \"$*\"; cat; }",
  ];
  return execFileSync('sh', ['-eu'], { encoding: 'utf8', input: [...commands, renderUsers(users, hashes)].join('\n') });
}

describe('users', () => {
  test('the script is as in the golden file', async () => {
    const users = [everything, { name: 'plain', sshAuthorizedKeys: [] }];
    await expect(`${renderUsers(users, ['$6$salt$hash', undefined])}\n`).toMatchFileSnapshot('../../golden/kubeadm/users.sh');
  });

  test.each([[[everything]], [[hostile]], [[everything, hostile]], [[]]])('a shell can read it: %#', (users) => {
    const script = renderUsers(users, users.map(() => "it's $HOME"));
    expect(() => execFileSync('sh', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
  });

  test('nothing of a manifest is a command, and a password hash is never an argument', () => {
    const user: BootstrapUser = { name: "o'brien", shell: '/bin/$(false)', groups: '`id`', sshAuthorizedKeys: [] };
    const told = play([user], ['$6$salt$ha sh']).split('\n');
    expect(told).toEqual([
      "useradd [--create-home] [--shell] [/bin/$(false)] [--groups] [`id`] [o'brien]",
      "chpasswd --encrypted: o'brien:$6$salt$ha sh",
      '',
    ]);
  });
});
