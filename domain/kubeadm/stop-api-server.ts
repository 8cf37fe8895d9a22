/**
 * Takes the API server's static Pod away and lets the requests under way be answered, which they are
 * not when the Machine just vanishes. It listens no more from its SIGTERM on, but would stay for its
 * watches until the kubelet's patience ends, half a minute later (measured): three seconds are enough
 * for requests, and watches begin anew elsewhere. Run twice, it finds nothing to do.
 */
export function stopApiServerScript(): string {
  return [
    'set -eu',
    'rm -f /etc/kubernetes/manifests/kube-apiserver.yaml',
    'pkill -TERM -x kube-apiserver || exit 0',
    'tries=0',
    'while pgrep -x kube-apiserver >/dev/null && [ "$tries" -lt 15 ]; do sleep 0.2; tries=$((tries + 1)); done',
    '',
  ].join('\n');
}
