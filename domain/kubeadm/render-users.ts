import type { BootstrapUser } from '../../api/desired-cluster.ts';
import { quote } from './quote.ts';

/**
 * A script that adds users as cloud-init would. It lies on the Machine as a root-only file; the
 * password hash reaches chpasswd by a shell builtin and standard input, never by argv.
 */
export function renderUsers(users: readonly BootstrapUser[], passwordHashes: readonly (string | undefined)[]): string {
  return users.map((user, index) => renderUser(user, passwordHashes[index])).join('\n');
}

function renderUser(user: BootstrapUser, passwordHash: string | undefined): string {
  return [...addUser(user), ...setPassword(user, passwordHash), ...allowSudo(user), ...authorizeKeys(user)].join('\n');
}

function addUser({ name, shell = '/bin/sh', groups = '', primaryGroup, gecos, homeDir, inactive }: BootstrapUser): readonly string[] {
  const more = groups.split(',').map((group) => group.trim()).filter((group) => group !== '');
  const options = [
    '--create-home',
    `--shell ${quote(shell)}`,
    ...(more.length === 0 ? [] : [`--groups ${quote(more.join(','))}`]),
    ...(gecos === undefined ? [] : [`--comment ${quote(gecos)}`]),
    ...(homeDir === undefined ? [] : [`--home-dir ${quote(homeDir)}`]),
    // An account that expired on the second day of 1970 admits nobody, with whatever key.
    ...(inactive === true ? ['--expiredate 1'] : []),
  ];
  const wanted = [...more, ...(primaryGroup === undefined ? [] : [primaryGroup])];
  return [
    ...wanted.map((group) => `getent group ${quote(group)} >/dev/null || groupadd ${quote(group)}`),
    // The image has groups of its own (operator, staff): useradd refuses to make one a second time.
    primaryGroup === undefined
      ? `gid=; if getent group ${quote(name)} >/dev/null; then gid=${quote(`--gid=${name}`)}; fi`
      : `gid=${quote(`--gid=${primaryGroup}`)}`,
    `id -u ${quote(name)} >/dev/null 2>&1 || useradd ${options.join(' ')} $gid ${quote(name)}`,
  ];
}

/** Locked unless the manifest says otherwise: cloud-init's default. A user without a password has a locked one anyway. */
function setPassword({ name, lockPassword = true }: BootstrapUser, hash: string | undefined): readonly string[] {
  if (hash === undefined) return [];
  const lock = lockPassword ? [`usermod --lock ${quote(name)}`] : [];
  return [`printf '%s:%s\\n' ${quote(name)} ${quote(hash)} | chpasswd --encrypted`, ...lock];
}

function allowSudo({ name, sudo }: BootstrapUser): readonly string[] {
  if (sudo === undefined) return [];
  return [
    `install -d -m 0750 /etc/sudoers.d`,
    `printf '%s %s\\n' ${quote(name)} ${quote(sudo)} > /etc/sudoers.d/slipway-${name}`,
    `chmod 0440 /etc/sudoers.d/slipway-${name}`,
  ];
}

function authorizeKeys({ name: user, sshAuthorizedKeys }: BootstrapUser): readonly string[] {
  if (sshAuthorizedKeys.length === 0) return [];
  const name = quote(user);
  const home = `"$(getent passwd ${name} | cut -d: -f6)"`;
  const group = `"$(id -gn ${name})"`;
  return [
    `install -d -m 0700 -o ${name} -g ${group} ${home}/.ssh`,
    `printf '%s\\n' ${sshAuthorizedKeys.map(quote).join(' ')} > ${home}/.ssh/authorized_keys`,
    `chown ${name}: ${home}/.ssh/authorized_keys`,
    `chmod 0600 ${home}/.ssh/authorized_keys`,
  ];
}
