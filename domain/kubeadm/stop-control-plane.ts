/**
 * What is left of a control plane that is given up: its static Pods end and are not started again, nor
 * does its kubelet come back after a restart of the Machine. Its data stays where it is. Run twice, it
 * finds nothing to do.
 */
export function stopControlPlaneScript(): string {
  return [
    'set -eu',
    'systemctl disable --now kubelet >/dev/null 2>&1 || true',
    'mkdir -p /etc/kubernetes/manifests.stopped',
    'find /etc/kubernetes/manifests -maxdepth 1 -name "*.yaml" -exec mv -f {} /etc/kubernetes/manifests.stopped/ \\; 2>/dev/null || true',
    'for process in kube-apiserver kube-controller-manager kube-scheduler etcd; do',
    '  pkill -TERM -x "$process" || true',
    'done',
    'tries=0',
    'while pgrep -x "kube-apiserver|etcd" >/dev/null && [ "$tries" -lt 50 ]; do sleep 0.2; tries=$((tries + 1)); done',
    'pkill -KILL -x "kube-apiserver|etcd" || true',
    'sleep 0.2',
    '! pgrep -x "kube-apiserver|etcd" >/dev/null',
    '',
  ].join('\n');
}
