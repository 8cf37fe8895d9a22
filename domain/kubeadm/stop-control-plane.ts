/** Names of processes as the kernel keeps them: 15 characters, which is what -x compares. */
const controlPlane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'etcd'].map((name) => name.slice(0, 15)).join('|');

/** Of no use to the data, which is given up: an API server without a quorum would wait a minute for requests that nobody answers any more. */
const graceSeconds = 3;

/**
 * What is left of a control plane that is given up: its static Pods end and are not started again, nor
 * does its kubelet come back after a restart of the Machine. Its data stays where it is. Run twice, it
 * finds nothing to do. Time is taken from the clock: on a busy Machine each look takes its own.
 */
export function stopControlPlaneScript(): string {
  return [
    'set -eu',
    'systemctl disable --now kubelet >/dev/null 2>&1 || true',
    'mkdir -p /etc/kubernetes/manifests.stopped',
    'find /etc/kubernetes/manifests -maxdepth 1 -name "*.yaml" -exec mv -f {} /etc/kubernetes/manifests.stopped/ \\; 2>/dev/null || true',
    `pkill -TERM -x "${controlPlane}" || exit 0`,
    ...waitUntilGone(graceSeconds),
    `pkill -KILL -x "${controlPlane}" || exit 0`,
    ...waitUntilGone(2 * graceSeconds),
    `! pgrep -x "${controlPlane}" >/dev/null`,
    '',
  ].join('\n');
}

function waitUntilGone(seconds: number): readonly string[] {
  return [
    `deadline=$(($(date +%s) + ${seconds}))`,
    `while pgrep -x "${controlPlane}" >/dev/null && [ "$(date +%s)" -lt "$deadline" ]; do sleep 0.1; done`,
  ];
}
