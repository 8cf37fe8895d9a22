/**
 * Takes the API server's static Pod away and waits until it has ended: requests under way are
 * answered, which they are not when the Machine just vanishes. Run twice, it finds nothing to do.
 */
export function stopApiServerScript(): string {
  return [
    'set -eu',
    'manifest=/etc/kubernetes/manifests/kube-apiserver.yaml',
    'rm -f "$manifest"',
    'tries=0',
    'while pgrep -x kube-apiserver >/dev/null && [ "$tries" -lt 100 ]; do sleep 0.2; tries=$((tries + 1)); done',
    '! pgrep -x kube-apiserver >/dev/null',
    '',
  ].join('\n');
}
