import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { clusterConfigurationSchema, typeMeta } from './cluster-configuration.ts';
import { checkAbsolutePath } from '../validation/paths.ts';
import type { Check } from '../validation/wrong.ts';
import { integer, list, notSupported, object, only, text } from './fields.ts';
import { file, user } from './files-and-users.ts';
import { mounts } from './mounts.ts';
import { nodeRegistrationSchema } from './node-registration.ts';

const OWN_CREDENTIALS = 'Slipway makes tokens and discovery files itself, and they live for minutes';

const command = text((value) => {
  if (value.length === 0)
    return {
      reason: 'Required value',
      message: 'must not be empty',
      expected: 'write a shell command, or leave the line out',
    };
  if (value.includes('\0')) return { message: 'must not contain a NUL character', expected: 'leave it out' };
  return value.length <= LIMITS.textLength
    ? undefined
    : {
        reason: 'Too long',
        message: `has ${value.length} characters`,
        expected: `use at most ${LIMITS.textLength}, or a file`,
      };
});
const commands = list(command, { max: LIMITS.commands }).optional();

/** Phases that a cluster can do without. The others make what Slipway and later machines rely on. */
const OPTIONAL_PHASES = {
  init: ['preflight', 'mark-control-plane', 'show-join-command', 'addon', 'addon/coredns', 'addon/kube-proxy'],
  join: ['preflight', 'control-plane-join/mark-control-plane'],
} as const;

const phases = (verb: keyof typeof OPTIONAL_PHASES) => {
  const optional: readonly string[] = OPTIONAL_PHASES[verb];
  const check: Check<string> = (phase) =>
    optional.includes(phase)
      ? undefined
      : { reason: 'Unsupported value', message: `is not a phase of kubeadm ${verb} that can be left out`, expected: `use ${optional.join(', ')}` };
  return list(text(check), { max: 50, key: (phase) => phase }).optional();
};

const patches = object({ directory: text(checkAbsolutePath).optional() }).optional();

const localAPIEndpoint = object({
  advertiseAddress: notSupported("the address is the machine's own", 'leave it out'),
  // Compared with the Cluster's apiServerPort once all documents are read.
  bindPort: z.number().optional(),
}).optional();

/** The fields of a JoinConfiguration that all versions of Cluster API have, beside nodeRegistration. */
export const joinFields = {
  caCertPath: only(['', '/etc/kubernetes/pki/ca.crt'], { message: 'the certificates are in /etc/kubernetes/pki' }),
  discovery: notSupported(OWN_CREDENTIALS, 'leave it out'),
  skipPhases: phases('join'),
  patches,
};

/** The fields of a KubeadmConfigSpec that all versions of Cluster API have, beside kubeadm's configuration. */
export const commonFields = {
  files: list(file, { max: LIMITS.files, key: ({ path }) => path }).optional(),
  users: list(user, { max: LIMITS.users, key: ({ name }) => name }).optional(),
  preKubeadmCommands: commands,
  postKubeadmCommands: commands,
  bootCommands: commands,
  diskSetup: notSupported('the machines are containers: the disks are those of their host', 'use mounts, or preKubeadmCommands'),
  mounts: mounts.optional(),
  // Harmless without effect; see the warnings.
  ntp: object({ enabled: z.boolean().optional(), servers: list(z.string(), { max: 100 }).optional() }).optional(),
  format: only(['', 'cloud-config'], {
    message: 'Ignition is not supported',
    expected: 'leave it out, or use "cloud-config"',
  }),
  ignition: notSupported('Ignition is not supported', 'use files and preKubeadmCommands'),
  verbosity: integer({ min: 0, max: 10, expected: 'use a number from 0 to 10' }).optional(),
};

/** The fields of an InitConfiguration that all versions of Cluster API have, beside nodeRegistration. */
export const initFields = {
  localAPIEndpoint,
  bootstrapTokens: notSupported(OWN_CREDENTIALS, 'leave it out'),
  skipPhases: phases('init'),
  patches,
};

export const joinControlPlane = object({ localAPIEndpoint }).optional();

const WORKERS_JOIN = 'only the first machine of a control plane is initialised; workers join';

/** What a KubeadmConfigSpec of workers has no use for. */
export const refusedOfWorkers = {
  clusterConfiguration: notSupported(WORKERS_JOIN, 'move it to the KubeadmControlPlane'),
  initConfiguration: notSupported(WORKERS_JOIN, 'use joinConfiguration'),
};
export const joinControlPlaneOfWorkers = notSupported(
  'it would make a worker a control-plane machine',
  'leave it out',
);

const joinConfiguration = {
  ...typeMeta('JoinConfiguration'),
  nodeRegistration: nodeRegistrationSchema.optional(),
  ...joinFields,
};

/** Harmless without effect, and gone in v1beta2; see the warnings. */
const useExperimentalRetryJoin = z.boolean().optional();

/** The KubeadmConfigSpec of a control plane. */
export const controlPlaneConfigSchema = object({
  ...commonFields,
  useExperimentalRetryJoin,
  clusterConfiguration: clusterConfigurationSchema.optional(),
  initConfiguration: object({
    ...typeMeta('InitConfiguration'),
    nodeRegistration: nodeRegistrationSchema.optional(),
    ...initFields,
  }).optional(),
  joinConfiguration: object({ ...joinConfiguration, controlPlane: joinControlPlane }).optional(),
});

/** The KubeadmConfigSpec of workers. */
export const workerConfigSchema = object({
  ...commonFields,
  useExperimentalRetryJoin,
  ...refusedOfWorkers,
  joinConfiguration: object({ ...joinConfiguration, controlPlane: joinControlPlaneOfWorkers }).optional(),
});

/** What init and join of kubeadm have in common, in either version; v1beta2 has time limits as well. */
export type CommandManifest = Pick<NonNullable<WorkerConfigManifest['joinConfiguration']>, 'skipPhases' | 'patches'> & {
  readonly timeouts?: unknown;
};
export type ControlPlaneConfigManifest = z.output<typeof controlPlaneConfigSchema>;
export type WorkerConfigManifest = z.output<typeof workerConfigSchema>;
