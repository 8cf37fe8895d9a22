import type {
  ClusterConfiguration,
  ControlPlaneComponent,
  HostPathMount,
  KubeadmCommand,
  KubeadmTimeouts,
  NodeRegistration,
} from './desired-cluster.ts';
import type { ClusterConfigurationManifest } from './schema/cluster-configuration.ts';
import { isMap } from './manifest-document.ts';
import type { CommandManifest } from './schema/kubeadm-config.ts';
import type { NodeRegistrationManifest } from './schema/node-registration.ts';
import { parseDuration } from './validation/durations.ts';
import { withoutEmpty } from './without-empty.ts';

/** kubelet flags that describe the machine's own container runtime; a manifest's values for them are not used. */
export const MACHINE_ARGUMENTS: readonly string[] = ['cgroup-driver', 'cgroup-root'];

export const convertNodeRegistration = (manifest: NodeRegistrationManifest | undefined): NodeRegistration => ({
  kubeletExtraArgs: Object.fromEntries(
    Object.entries(manifest?.kubeletExtraArgs ?? {}).filter(([name]) => !MACHINE_ARGUMENTS.includes(name)),
  ),
  ...(manifest?.taints === undefined
    ? {}
    : {
        taints: manifest.taints.map(({ key, value, effect }) => ({
          key,
          ...(value === undefined ? {} : { value }),
          effect,
        })),
      }),
  ignorePreflightErrors: manifest?.ignorePreflightErrors ?? [],
  // Defaults that are written out make no other cluster.
  ...(manifest?.imagePullPolicy === 'Always' || manifest?.imagePullPolicy === 'Never' ? { imagePullPolicy: manifest.imagePullPolicy } : {}),
  ...(manifest?.imagePullSerial === false ? { imagePullSerial: false } : {}),
});

type ComponentManifest = NonNullable<ClusterConfigurationManifest['scheduler']>;

const convertComponent = (manifest: ComponentManifest | undefined): ControlPlaneComponent => ({
  extraArgs: manifest?.extraArgs ?? {},
  extraVolumes: (manifest?.extraVolumes ?? []).map(
    ({ name, hostPath, mountPath, readOnly, pathType }): HostPathMount => ({
      name,
      hostPath,
      mountPath,
      ...(readOnly === undefined ? {} : { readOnly }),
      ...(pathType === undefined || pathType === '' ? {} : { pathType }),
    }),
  ),
  ...convertEnvs(manifest?.extraEnvs),
});

const convertEnvs = (envs: ComponentManifest['extraEnvs']): Pick<ControlPlaneComponent, 'extraEnvs'> =>
  envs === undefined || envs.length === 0 ? {} : { extraEnvs: envs.map(({ name, value = '' }) => ({ name, value })) };

export const convertClusterConfiguration = (
  manifest: ClusterConfigurationManifest | undefined,
): ClusterConfiguration => {
  const local = manifest?.etcd?.local;
  return {
    apiServer: { ...convertComponent(manifest?.apiServer), certSANs: manifest?.apiServer?.certSANs ?? [] },
    controllerManager: convertComponent(manifest?.controllerManager),
    scheduler: convertComponent(manifest?.scheduler),
    etcd: {
      extraArgs: local?.extraArgs ?? {},
      ...convertEnvs(local?.extraEnvs),
      ...withoutEmpty({
        imageTag: local?.imageTag,
        imageRepository: local?.imageRepository,
        serverCertSANs: local?.serverCertSANs,
        peerCertSANs: local?.peerCertSANs,
      }),
    },
    ...withoutEmpty({ dns: manifest?.dns === undefined ? undefined : withoutEmpty(manifest.dns), imageRepository: manifest?.imageRepository === 'registry.k8s.io' ? undefined : manifest?.imageRepository }),
    featureGates: manifest?.featureGates ?? {},
  };
};

/** What `kubeadm init` or `kubeadm join` is told; undefined: nothing. */
export const convertCommand = (
  manifest: CommandManifest | undefined,
  timeoutForControlPlane?: string,
): KubeadmCommand | undefined => {
  const command: KubeadmCommand = withoutEmpty({
    skipPhases: manifest?.skipPhases,
    patches: manifest?.patches?.directory,
    timeouts: withoutEmpty(convertTimeouts(manifest?.timeouts, timeoutForControlPlane)),
  });
  return Object.keys(command).length === 0 ? undefined : command;
};

/** kubeadm's own for a control plane. */
const DEFAULT_TIMEOUT_MS = 240_000;

const TIMEOUTS = [
  'controlPlaneComponentHealthCheck',
  'kubeletHealthCheck',
  'kubernetesAPICall',
  'etcdAPICall',
  'tlsBootstrap',
  'discovery',
] as const;

/** v1beta2 has seconds in a field for each, v1beta1 a duration for the first alone. */
const convertTimeouts = (seconds: unknown, forControlPlane: string | undefined): KubeadmTimeouts => {
  const milliseconds = forControlPlane === undefined ? undefined : parseDuration(forControlPlane);
  const written = TIMEOUTS.flatMap((name): readonly (readonly [string, number])[] => {
    const value: unknown = isMap(seconds) ? seconds[`${name}Seconds`] : undefined;
    return typeof value === 'number' ? [[name, value]] : [];
  });
  const first = milliseconds === undefined || milliseconds === DEFAULT_TIMEOUT_MS ? {} : { controlPlaneComponentHealthCheck: Math.floor(milliseconds / 1000) };
  return { ...first, ...Object.fromEntries(written) };
};
