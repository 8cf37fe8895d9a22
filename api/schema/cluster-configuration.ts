import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { checkArgument, checkControllerManagerArgument } from '../validation/arguments.ts';
import { checkTimeout } from '../validation/durations.ts';
import { checkImageRepository, checkImageTag } from '../validation/images.ts';
import { checkCertSAN, isDnsLabel } from '../validation/names.ts';
import { checkAbsolutePath } from '../validation/paths.ts';
import type { Check } from '../validation/wrong.ts';
import { argumentMap, type ArgumentsSchema } from './arguments.ts';
import { list, notSupported, object, only, text } from './fields.ts';

const PATH_TYPES = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
] as const;

const checkVolumeName: Check<string> = (name) =>
  isDnsLabel(name)
    ? undefined
    : { message: 'must be a DNS-1123 label', expected: 'write a name such as "audit-policy"' };

const hostPathMount = object({
  name: text(checkVolumeName),
  hostPath: text(checkAbsolutePath),
  mountPath: text(checkAbsolutePath),
  readOnly: z.boolean().optional(),
  pathType: z.enum(PATH_TYPES).optional(),
});

const environmentVariable = object({
  name: text((name) =>
    /^[A-Za-z_][A-Za-z0-9_.-]{0,252}$/.test(name) ? undefined : { message: 'is not the name of an environment variable', expected: 'write a name such as "GOGC"' },
  ),
  value: z.string().optional(),
  valueFrom: notSupported("the API server does not run yet that a static Pod's value could come from", 'write the value into value'),
});
const extraEnvs = list(environmentVariable, { max: 100, key: ({ name }) => name }).optional();

const component = (extraArgs: ReturnType<ArgumentsSchema>) => ({
  extraArgs: extraArgs.optional(),
  extraVolumes: list(hostPathMount, { max: LIMITS.mounts, key: (volume) => volume.name }).optional(),
  extraEnvs,
});

const certSANs = list(text(checkCertSAN), { max: LIMITS.certSANs }).optional();
const imageRepository = text(checkImageRepository).optional();
const imageTag = text(checkImageTag).optional();

const localEtcd = (extraArgs: ArgumentsSchema) =>
  object({
    extraArgs: extraArgs(checkArgument('etcd')).optional(),
    imageTag,
    imageRepository,
    dataDir: only(['', '/var/lib/etcd'], { message: 'backups and repairs look for the data in /var/lib/etcd' }),
    extraEnvs,
    serverCertSANs: certSANs,
    peerCertSANs: certSANs,
  });

const checkGate: Check<string> = (name) =>
  /^[A-Z][A-Za-z0-9]{0,62}$/.test(name)
    ? undefined
    : { message: 'is not the name of a feature gate', expected: 'write a name such as "ControlPlaneKubeletLocalMode"' };

/** apiVersion and kind, which kubeadm's own files have and Cluster API ignores */
export const typeMeta = (kind: string) => ({
  apiVersion: only(['', 'kubeadm.k8s.io/v1beta3', 'kubeadm.k8s.io/v1beta4'], {
    message: "is not a version of kubeadm's configuration",
  }),
  kind: only(['', kind], { message: `must be a ${kind}` }),
});

/** The fields of an API server that all versions of Cluster API have. */
export const apiServerFields = (extraArgs: ArgumentsSchema) => ({
  ...component(extraArgs(checkArgument('kube-apiserver'))),
  certSANs,
});

/** The fields of a ClusterConfiguration that all versions of Cluster API have, beside apiServer. */
export const clusterConfigurationFields = (extraArgs: ArgumentsSchema) => ({
  controllerManager: object(component(extraArgs(checkControllerManagerArgument))).optional(),
  scheduler: object(component(extraArgs(checkArgument('kube-scheduler')))).optional(),
  etcd: object({
    local: localEtcd(extraArgs).optional(),
    external: notSupported('external etcd is not supported', 'leave it out: each control-plane machine runs a member'),
  }).optional(),
  featureGates: z.record(text(checkGate), z.boolean()).optional(),
  controlPlaneEndpoint: notSupported('Slipway gives the cluster its endpoint', 'leave it out'),
  dns: object({ imageRepository, imageTag }).optional(),
  certificatesDir: only(['', '/etc/kubernetes/pki'], { message: 'the certificates are in /etc/kubernetes/pki' }),
  imageRepository,
});

export const clusterConfigurationSchema = object({
  ...typeMeta('ClusterConfiguration'),
  apiServer: object({
    ...apiServerFields(argumentMap),
    timeoutForControlPlane: text(checkTimeout).optional(),
  }).optional(),
  ...clusterConfigurationFields(argumentMap),
  // Compared with the Cluster's and the KubeadmControlPlane's own fields once all documents are read.
  networking: object({
    serviceSubnet: z.string().optional(),
    podSubnet: z.string().optional(),
    dnsDomain: z.string().optional(),
  }).optional(),
  kubernetesVersion: z.string().optional(),
  clusterName: z.string().optional(),
});

export type ClusterConfigurationManifest = z.output<typeof clusterConfigurationSchema>;
