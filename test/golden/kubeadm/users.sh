getent group 'sudo' >/dev/null || groupadd 'sudo'
getent group 'adm' >/dev/null || groupadd 'adm'
getent group 'operators' >/dev/null || groupadd 'operators'
gid='--gid=operators'
id -u 'admin' >/dev/null 2>&1 || useradd --create-home --shell '/bin/bash' --groups 'sudo,adm' --comment 'An Admin'\''s name' --home-dir '/srv/admin' $gid 'admin'
printf '%s:%s\n' 'admin' '$6$salt$hash' | chpasswd --encrypted
install -d -m 0750 /etc/sudoers.d
printf '%s %s\n' 'admin' 'ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/slipway-admin
chmod 0440 /etc/sudoers.d/slipway-admin
install -d -m 0700 -o 'admin' -g "$(id -gn 'admin')" "$(getent passwd 'admin' | cut -d: -f6)"/.ssh
printf '%s\n' 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g admin@example' 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g second@example' > "$(getent passwd 'admin' | cut -d: -f6)"/.ssh/authorized_keys
chown 'admin': "$(getent passwd 'admin' | cut -d: -f6)"/.ssh/authorized_keys
chmod 0600 "$(getent passwd 'admin' | cut -d: -f6)"/.ssh/authorized_keys
gid=; if getent group 'plain' >/dev/null; then gid='--gid=plain'; fi
id -u 'plain' >/dev/null 2>&1 || useradd --create-home --shell '/bin/sh' $gid 'plain'
gid=; if getent group 'retired' >/dev/null; then gid='--gid=retired'; fi
id -u 'retired' >/dev/null 2>&1 || useradd --create-home --shell '/bin/sh' --expiredate 1 $gid 'retired'
