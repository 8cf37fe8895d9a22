import { DEFAULT_FILE } from './defaults.ts';
import type {
  BootstrapFile,
  BootstrapSpec,
  BootstrapUser,
  ClusterConfiguration,
  ControlPlaneComponent,
  HostPathMount,
  NodeRegistration,
  SecretValue,
} from './desired-cluster.ts';
import type { ClusterConfigurationManifest } from './schema/cluster-configuration.ts';
import type { ControlPlaneConfigManifest, WorkerConfigManifest } from './schema/kubeadm-config.ts';
import type { NodeRegistrationManifest } from './schema/node-registration.ts';
import { decodeBase64Text } from './validation/base64.ts';

/** kubelet flags that describe the machine's own container runtime; a manifest's values for them are not used. */
export const MACHINE_ARGUMENTS: readonly string[] = ['cgroup-driver', 'cgroup-root'];

const plain = (text: string): SecretValue => ({ plain: text });

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
});

export const convertClusterConfiguration = (
  manifest: ClusterConfigurationManifest | undefined,
): ClusterConfiguration => {
  const imageTag = manifest?.etcd?.local?.imageTag;
  return {
    apiServer: { ...convertComponent(manifest?.apiServer), certSANs: manifest?.apiServer?.certSANs ?? [] },
    controllerManager: convertComponent(manifest?.controllerManager),
    scheduler: convertComponent(manifest?.scheduler),
    etcd: { extraArgs: manifest?.etcd?.local?.extraArgs ?? {}, ...(imageTag === undefined ? {} : { imageTag }) },
    featureGates: manifest?.featureGates ?? {},
  };
};

type ConfigManifest = ControlPlaneConfigManifest | WorkerConfigManifest;

const convertFile = ({
  path,
  owner,
  permissions,
  append,
  encoding,
  content = '',
}: NonNullable<ConfigManifest['files']>[number]): BootstrapFile => ({
  path,
  owner: owner ?? DEFAULT_FILE.owner,
  permissions: permissions?.padStart(4, '0') ?? DEFAULT_FILE.permissions,
  content: plain(encoding === 'base64' ? (decodeBase64Text(content) ?? '') : content),
  append: append ?? false,
});

const convertUser = ({
  name,
  shell,
  groups,
  sudo,
  passwd,
  sshAuthorizedKeys,
}: NonNullable<ConfigManifest['users']>[number]): BootstrapUser => ({
  name,
  ...(shell === undefined ? {} : { shell }),
  ...(groups === undefined ? {} : { groups }),
  ...(sudo === undefined ? {} : { sudo }),
  ...(passwd === undefined ? {} : { passwd: plain(passwd) }),
  sshAuthorizedKeys: sshAuthorizedKeys ?? [],
});

export const convertBootstrap = (manifest: ConfigManifest): BootstrapSpec => ({
  files: (manifest.files ?? []).map(convertFile),
  users: (manifest.users ?? []).map(convertUser),
  preKubeadmCommands: (manifest.preKubeadmCommands ?? []).map(plain),
  postKubeadmCommands: (manifest.postKubeadmCommands ?? []).map(plain),
});
