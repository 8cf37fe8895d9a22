import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { BootstrapUser } from '../../../../api/desired-cluster.ts';
import { renderUsers } from '../../../../domain/kubeadm/render-users.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g';
const everything: BootstrapUser = {
  name: 'admin',
  shell: '/bin/bash',
  groups: 'sudo,adm',
  sudo: 'ALL=(ALL) NOPASSWD:ALL',
  passwd: { ref: 'secret-1' },
  sshAuthorizedKeys: [`${key} admin@example`, `${key} second@example`],
  gecos: "An Admin's name",
  homeDir: '/srv/admin',
  primaryGroup: 'operators',
  lockPassword: false,
};
const hostile: BootstrapUser = { name: "o'brien", groups: '$(id)', sudo: '`id`', sshAuthorizedKeys: ["ssh-ed25519 AAAA it's; rm -rf /"] };

/** Runs the script with functions in place of the commands; what each was given comes back. */
function play(users: readonly BootstrapUser[], hashes: readonly (string | undefined)[]): string {
  const commands = [
    'id() { return 1; }',
    'getent() { return 2; }',
    "groupadd() { printf 'groupadd [%s]\\n' \"$@\"; }",
    "usermod() { printf 'usermod'; printf ' [%s]' \"$@\"; echo; }",
    "useradd() { printf 'useradd'; printf ' [%s]' \"$@\"; echo; }",
    "chpasswd() { printf 'chpasswd %s: ' \"$*\"; cat; }",
  ];
  return execFileSync('sh', ['-eu'], { encoding: 'utf8', input: [...commands, renderUsers(users, hashes)].join('\n') });
}

describe('users', () => {
  test('the script is as in the golden file', async () => {
    const users = [everything, { name: 'plain', sshAuthorizedKeys: [] }, { name: 'retired', inactive: true as const, sshAuthorizedKeys: [] }];
    await expect(`${renderUsers(users, ['$6$salt$hash', undefined, undefined])}\n`).toMatchFileSnapshot('../../../golden/kubeadm/users.sh');
  });

  test.each([[[everything]], [[hostile]], [[everything, hostile]], [[]]])('a shell can read it: %#', (users) => {
    const script = renderUsers(users, users.map(() => "it's $HOME"));
    expect(() => execFileSync('sh', ['-n'], { input: script, stdio: 'pipe' })).not.toThrow();
  });

  test('nothing of a manifest is a command, and a password hash is never an argument', () => {
    const user: BootstrapUser = { name: "o'brien", shell: '/bin/$(false)', groups: '`id`', gecos: '$(id)', homeDir: '/srv/`id`', sshAuthorizedKeys: [] };
    const told = play([user], ['$6$salt$ha sh']).split('\n');
    expect(told).toEqual([
      'groupadd [`id`]',
      "useradd [--create-home] [--shell] [/bin/$(false)] [--groups] [`id`] [--comment] [$(id)] [--home-dir] [/srv/`id`] [o'brien]",
      "chpasswd --encrypted: o'brien:$6$salt$ha sh",
      "usermod [--lock] [o'brien]",
      '',
    ]);
  });

  test('a password is locked unless the manifest says otherwise, as by cloud-init', () => {
    const locks = [undefined, true, false].map((lockPassword) => {
      const user: BootstrapUser = { name: 'a', sshAuthorizedKeys: [], ...(lockPassword === undefined ? {} : { lockPassword }) };
      return renderUsers([user], ['$6$salt$hash']).includes("usermod --lock 'a'");
    });
    expect(locks).toEqual([true, true, false]);
  });
});
