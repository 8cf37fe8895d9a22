import type { MachineInfrastructureRequest } from '../../../activities/seams/machine-provider.ts';

/** A request as the workflow makes it; `changes` replaces fields. */
export function machineRequest(changes: Partial<MachineInfrastructureRequest> = {}): MachineInfrastructureRequest {
  return {
    cluster: { installation: 'installation-1', name: 'demo', uid: 'cluster-1' },
    allocation: {
      host: 'local',
      subnet: '172.30.4.0/24',
      gateway: '172.30.4.1',
      loadBalancerAddress: '172.30.4.2',
      apiServerHostPort: 22_001,
    },
    machine: 'demo-control-plane-x2f9k',
    machineUid: 'machine-1',
    role: 'control-plane',
    owner: 'demo-control-plane',
    version: 'v1.34.4',
    address: '172.30.4.10',
    sshPort: 22_002,
    spec: { extraMounts: [] },
    sshAuthorizedKey: 'ssh-ed25519 AAAA cluster',
    sshHostKey: 'host key',
    ...changes,
  };
}
