import type { BootstrapUser } from '../../api/desired-cluster.ts';

/**
 * A script that adds users as cloud-init would. It lies on the Machine as a root-only file; the
 * password hash reaches chpasswd by a shell builtin and standard input, never by argv.
 */
export function renderUsers(users: readonly BootstrapUser[], passwordHashes: readonly (string | undefined)[]): string {
  return users.map((user, index) => renderUser(user, passwordHashes[index])).join('\n');
}

function renderUser(user: BootstrapUser, passwordHash: string | undefined): string {
  const name = quote(user.name);
  const groups = user.groups === undefined ? '' : ` --groups ${quote(user.groups)}`;
  const shell = quote(user.shell ?? '/bin/sh');
  // The image has groups of its own (operator, staff): useradd refuses to make one a second time.
  const lines = [
    `gid=; if getent group ${name} >/dev/null; then gid=${quote(`--gid=${user.name}`)}; fi`,
    `id -u ${name} >/dev/null 2>&1 || useradd --create-home --shell ${shell}${groups} $gid ${name}`,
  ];
  if (passwordHash !== undefined) lines.push(`printf '%s:%s\\n' ${name} ${quote(passwordHash)} | chpasswd --encrypted`);
  if (user.sudo !== undefined) {
    lines.push(
      `install -d -m 0750 /etc/sudoers.d`,
      `printf '%s %s\\n' ${name} ${quote(user.sudo)} > /etc/sudoers.d/slipway-${user.name}`,
      `chmod 0440 /etc/sudoers.d/slipway-${user.name}`,
    );
  }
  if (user.sshAuthorizedKeys.length > 0) {
    const home = `"$(getent passwd ${name} | cut -d: -f6)"`;
    lines.push(
      `install -d -m 0700 -o ${name} -g ${name} ${home}/.ssh`,
      `printf '%s\\n' ${user.sshAuthorizedKeys.map(quote).join(' ')} > ${home}/.ssh/authorized_keys`,
      `chown ${name}: ${home}/.ssh/authorized_keys`,
      `chmod 0600 ${home}/.ssh/authorized_keys`,
    );
  }
  return lines.join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
