import type Dockerode from 'dockerode';
import type { MachineInfrastructureRequest } from '../seams/machine-provider.ts';
import { buildMachineContainer, type EngineLimits } from './container-spec.ts';
import { ensureContainer } from './ensure-container.ts';
import { machineLabels } from './labels.ts';
import type { ArchiveEntry } from './tar-archive.ts';

/**
 * The Machine's container, running, with its keys in place before sshd ever starts.
 * @throws OwnedByAnotherError | AllocationError
 */
export async function ensureMachineContainer(request: {
  readonly docker: Dockerode;
  readonly machine: MachineInfrastructureRequest;
  readonly limits: EngineLimits;
  readonly signal: AbortSignal;
}): Promise<void> {
  await ensureContainer({
    docker: request.docker,
    spec: buildMachineContainer(request.machine, request.limits),
    labels: machineLabels(request.machine),
    files: machineFiles(request.machine),
    signal: request.signal,
  });
}

/** sshd refuses keys that others could read or change, and folders that others could write to. */
export function machineFiles(request: MachineInfrastructureRequest): readonly ArchiveEntry[] {
  const services = request.serviceSubnets ?? [];
  return [
    { path: '/root/.ssh', mode: 0o700 },
    { path: '/root/.ssh/authorized_keys', mode: 0o600, content: withNewline(request.sshAuthorizedKey) },
    { path: '/etc/ssh/ssh_host_ed25519_key', mode: 0o600, content: withNewline(request.sshHostKey) },
    ...(services.length === 0
      ? []
      : [
          { path: '/etc/slipway', mode: 0o755 },
          { path: '/etc/slipway/service-subnets', mode: 0o644, content: services.map((subnet) => `${subnet}\n`).join('') },
        ]),
  ];
}

/** OpenSSH takes a key file whose last line does not end for a damaged one. */
function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
