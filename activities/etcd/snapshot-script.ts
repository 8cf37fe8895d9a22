import { quoteShell } from '../ssh/quote-shell.ts';
import { OPERATIONS_DIRECTORY } from '../ssh/durable-script.ts';
import { etcdctl } from './etcdctl.ts';

/** Root's, 0700, and under /var, where there is room. */
const SNAPSHOTS = '/var/lib/slipway/backups';

export const snapshotFolder = (id: string): string => `${SNAPSHOTS}/${id}`;
export const snapshotOperation = (id: string): string => `etcd-snapshot-${id}`;

/**
 * Takes the snapshot, measures it, packs the files; then says what it has, one fact a line. A snapshot
 * that is there already is told of again. `etcdctl snapshot save` gets no --command-timeout: without
 * one it takes as long as it takes.
 */
export function takeSnapshotScript(request: { readonly id: string; readonly files: readonly string[] }): string {
  const folder = snapshotFolder(request.id);
  return `set -eu
umask 077
export LC_ALL=C
# What workers that never came back have left.
mkdir -p ${SNAPSHOTS}
find ${SNAPSHOTS} -mindepth 1 -maxdepth 1 -mmin +720 -exec rm -rf {} +
find ${OPERATIONS_DIRECTORY} -mindepth 1 -maxdepth 1 -name 'etcd-snapshot-*' -mmin +720 -exec rm -rf {} +
mkdir -p ${folder}
cd ${folder}
if [ ! -e facts ]; then
  rm -f etcd-snapshot.* control-plane-files.*
  echo "saving etcd's snapshot"
  ${etcdctl} snapshot save etcd-snapshot.new >&2
  mv etcd-snapshot.new etcd-snapshot.db
  echo "packing the control plane's files"
  for path in ${request.files.map(quoteShell).join(' ')}; do
    if [ -e "$path" ]; then printf '%s\\0' ".$path"; fi
  done >paths
  # 1: a file changed while it was read, as a kubeconfig that is being renewed does.
  tar --create --file=control-plane-files.tar --directory=/ --null --files-from="$PWD/paths" || [ $? -eq 1 ]
  echo "measuring them"
  {
    printf 'endpoint %s\\n' "$(${etcdctl} --command-timeout=5s endpoint status -w json)"
    printf 'status %s\\n' "$(etcdutl snapshot status etcd-snapshot.db -w json)"
    for part in etcd-snapshot.db control-plane-files.tar; do
      printf '%s %s %s\\n' "$part" "$(stat -c %s "$part")" "$(sha256sum <"$part" | cut -d' ' -f1)"
    done
  } >facts.new
  mv facts.new facts
fi
cat facts
`;
}

export function discardSnapshotScript(id: string): string {
  return `rm -rf ${snapshotFolder(id)} ${OPERATIONS_DIRECTORY}/${snapshotOperation(id)}`;
}
