import { deliveredSnapshotPath, restoreFolder } from '../../domain/kubeadm/restore-data.ts';

type Announced = { readonly id: string; readonly sha256: string };

/** Succeeds where the whole of it is there. */
export function isDeliveredScript({ id, sha256 }: Announced): string {
  const path = deliveredSnapshotPath(id);
  return `[ -e ${path} ] && echo '${sha256}  ${path}' | sha256sum --check --status`;
}

/** Reads that many bytes from standard input; under its name the file is only when they are the right ones. */
export function receiveSnapshotScript({ id, bytes, sha256 }: Announced & { readonly bytes: number }): string {
  const path = deliveredSnapshotPath(id);
  return `set -eu
umask 077
mkdir -p ${restoreFolder}/${id}
chmod 0700 ${restoreFolder} ${restoreFolder}/${id}
head -c ${bytes} >${path}.new
echo '${sha256}  ${path}.new' | sha256sum --check --status || { echo 'what came is not what was announced' >&2; exit 1; }
mv ${path}.new ${path}
`;
}
