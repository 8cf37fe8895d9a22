import type { ClusterIdentity } from '../domain/identity.ts';
import type { SshTarget } from './seams/command-runner.ts';

/** Machines publish their sshd on a fixed port of the provider host's loopback. */
export function sshTarget(task: {
  readonly cluster: ClusterIdentity;
  readonly machine: { readonly name: string; readonly uid: string; readonly sshPort: number };
}): SshTarget {
  return {
    clusterUid: task.cluster.uid,
    machine: task.machine.name,
    machineUid: task.machine.uid,
    host: '127.0.0.1',
    port: task.machine.sshPort,
  };
}
