import { bootCommandsPath, bootUnitPath } from './paths.ts';
import { quote } from './quote.ts';

/** What a manifest wants of a Machine itself, in shell, before its users and before kubeadm. */

const unitName = bootUnitPath.slice(bootUnitPath.lastIndexOf('/') + 1);

/** Before the container runtime: cloud-init's bootcmd comes before nearly everything. */
export const bootUnit = `[Unit]
Description=bootCommands of the manifest
Before=containerd.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -eu ${bootCommandsPath}

[Install]
WantedBy=multi-user.target
`;

/** The first boot is over by then, so they run now; at every later boot the unit does it. */
export const startBootCommands = [
  'systemctl daemon-reload',
  `systemctl enable --quiet --now ${unitName} || { journalctl --no-pager --quiet --output=cat --lines=20 --unit=${unitName}; exit 1; }`,
].join('\n');

/** cloud-init's own defaults for the fields that are left out. */
const defaults = ['', '', 'auto', 'defaults,nofail', '0', '2'];

/** Lines of fstab, each mounted at once; one that may fail is only spoken of when it does. */
export function renderMounts(mounts: readonly (readonly string[])[]): string {
  return mounts
    .flatMap((fields) => {
      const [device = '', point = '', type = '', options = '', ...rest] = defaults.map((value, index) => fields[index] ?? value);
      const line = [device, point, type, options, ...rest].join(' ');
      const mayFail = options.split(',').includes('nofail');
      const otherwise = mayFail ? ` || echo ${quote(`${point} could not be mounted, and need not be`)}` : '';
      return [
        `mkdir -p ${quote(point)}`,
        `grep -qsxF ${quote(line)} /etc/fstab || printf '%s\\n' ${quote(line)} >> /etc/fstab`,
        `mountpoint -q ${quote(point)} || mount ${quote(point)}${otherwise}`,
      ];
    })
    .join('\n');
}
