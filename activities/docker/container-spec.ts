import type Dockerode from 'dockerode';
import { haproxyPaths } from '../../domain/network/haproxy-config.ts';
import type { ClusterScope, MachineInfrastructureRequest } from '../seams/machine-provider.ts';
import { clusterLabels, label, machineLabels } from './labels.ts';
import { loadBalancerName, machineImage, networkName } from './names.ts';

/** What this engine's host grants a Machine; see engine-limits.ts for how it is found out. */
export type EngineLimits = {
  /** Dropped again after "ALL", because runc fails on what the host itself lacks. */
  readonly missingCapabilities: readonly string[];
  /** /lib/modules exists on the engine's host. */
  readonly kernelModules: boolean;
  /** /dev/kmsg exists on the engine's host. */
  readonly kernelLog: boolean;
  /** The engine maps container root to another user; a kubelet needs the host's. */
  readonly remapsUsers: boolean;
};

/**
 * A Machine's rights: those of `--privileged`, spelled out. Not `Privileged: true`, for two reasons: it
 * fails as a whole where the host lacks one capability, and it puts all devices of the host, disks
 * included, into the Machine's /dev. One way on every engine is also the way that is tested.
 */
export function machineRights(limits: EngineLimits): Dockerode.HostConfig & { readonly CgroupnsMode: 'private' } {
  return {
    CapAdd: ['ALL'],
    CapDrop: [...limits.missingCapabilities],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
    // kubelet and kube-proxy write to /proc/sys; the engine's default makes it read-only.
    MaskedPaths: [],
    ReadonlyPaths: [],
    DeviceCgroupRules: ['a *:* rwm'],
    CgroupnsMode: 'private',
    ...(limits.remapsUsers ? { UsernsMode: 'host' } : {}),
    Devices: limits.kernelLog ? [{ PathOnHost: '/dev/kmsg', PathInContainer: '/dev/kmsg', CgroupPermissions: 'rwm' }] : [],
    // systemd must be process 1, whatever the engine's own default is.
    Init: false,
  };
}

/** /lib/modules for modprobe of the network's modules; without it they must be loaded already. */
export function kernelModulesMount(limits: EngineLimits): Dockerode.MountSettings[] {
  return limits.kernelModules ? [{ Type: 'bind', Source: '/lib/modules', Target: '/lib/modules', ReadOnly: true }] : [];
}

/** The container that is a Machine. Nothing secret is in it: keys are written into the made container. */
export function buildMachineContainer(request: MachineInfrastructureRequest, limits: EngineLimits): Dockerode.ContainerCreateOptions {
  const labels = { ...machineLabels(request) };
  return {
    name: request.machine,
    Hostname: request.machine,
    Image: machineImage({ version: request.version, ...request.spec }),
    Env: ['container=docker'],
    Labels: labels,
    StopSignal: 'SIGRTMIN+3',
    ExposedPorts: { '22/tcp': {} },
    HostConfig: {
      ...machineRights(limits),
      Mounts: [
        // An anonymous volume, because overlayfs cannot lie on overlayfs. It has labels so that it is
        // found again after somebody removed the container without it.
        volume('/var', labels),
        ...kernelModulesMount(limits),
        ...request.spec.extraMounts.map((mount): Dockerode.MountSettings => ({
          Type: 'bind',
          Source: mount.hostPath,
          Target: mount.containerPath,
          ReadOnly: mount.readOnly,
        })),
      ],
      Tmpfs: { '/run': '', '/tmp': '' },
      ...networkSettings({ scope: request, containerPort: 22, hostPort: request.sshPort }),
    },
    ...staticAddress(request, request.address),
  };
}

/** HAProxy needs no capability at all: its ports are unprivileged in a container, and the socket is its own. */
export function buildLoadBalancerContainer(
  request: ClusterScope & { readonly apiServerPort: number; readonly image: string },
): Dockerode.ContainerCreateOptions {
  const { cluster, allocation, apiServerPort } = request;
  const name = loadBalancerName(cluster);
  return {
    name,
    Hostname: name,
    Image: request.image,
    Labels: {
      ...clusterLabels(cluster),
      [label.role]: 'load-balancer',
      [label.address]: allocation.loadBalancerAddress,
      [label.apiServerHostPort]: String(allocation.apiServerHostPort),
      [label.frontendPort]: String(apiServerPort),
    },
    Entrypoint: ['haproxy', '-db', '-f', haproxyPaths.config],
    Cmd: [],
    User: '65534:65534',
    ExposedPorts: { [`${apiServerPort}/tcp`]: {} },
    HostConfig: {
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ...networkSettings({ scope: request, containerPort: apiServerPort, hostPort: allocation.apiServerHostPort }),
    },
    ...staticAddress(request, allocation.loadBalancerAddress),
  };
}

function volume(target: string, labels: Record<string, string>): Dockerode.MountSettings {
  return {
    Type: 'volume',
    Source: '',
    Target: target,
    VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: { Name: '', Options: {} } },
  };
}

function networkSettings(request: { readonly scope: ClusterScope; readonly containerPort: number; readonly hostPort: number }): Dockerode.HostConfig {
  return {
    NetworkMode: networkName(request.scope.cluster),
    PortBindings: { [`${request.containerPort}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: String(request.hostPort) }] },
    // Back after a restart of the engine or of the host, but not against a person's `docker stop`.
    RestartPolicy: { Name: 'unless-stopped' },
  };
}

/** etcd's peer URLs and the certificates name the address, so a restart must not change it. */
function staticAddress(scope: ClusterScope, address: string): Pick<Dockerode.ContainerCreateOptions, 'NetworkingConfig'> {
  return { NetworkingConfig: { EndpointsConfig: { [networkName(scope.cluster)]: { IPAMConfig: { IPv4Address: address } } } } };
}
