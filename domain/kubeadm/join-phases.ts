/**
 * The phases of `kubeadm join` that do something, in kubeadm's order: the same names in 1.33 and 1.34
 * (cmd/kubeadm/app/cmd/join.go). `etcd-join` and `control-plane-join/etcd` are the same work: the
 * feature gate ControlPlaneKubeletLocalMode decides which of the two does it.
 */
const joinPhases = [
  'preflight',
  'control-plane-prepare/download-certs',
  'control-plane-prepare/certs',
  'control-plane-prepare/kubeconfig',
  'control-plane-prepare/control-plane',
  'check-etcd',
  'kubelet-start',
  'etcd-join',
  'kubelet-wait-bootstrap',
  'control-plane-join/etcd',
  'control-plane-join/mark-control-plane',
  'wait-control-plane',
] as const;

export type JoinPhase = (typeof joinPhases)[number];

/** For --skip-phases, which takes the place of what the configuration file says: so both are in it. */
export function skipAllBut(kept: readonly JoinPhase[], alsoSkipped: readonly string[]): readonly string[] {
  return [...new Set([...joinPhases.filter((phase) => !kept.includes(phase)), ...alsoSkipped])];
}
