import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { checkKubeletArgument } from '../validation/arguments.ts';
import { checkLabelKey, checkLabelValue } from '../validation/labels.ts';
import { argumentMap, type ArgumentsSchema } from './arguments.ts';
import { list, notSupported, object, only, text } from './fields.ts';

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** A taint's own fields, wherever it stands. */
export const taintFields = {
  key: text(checkLabelKey),
  value: text(checkLabelValue).optional(),
  effect: z.enum(EFFECTS),
};

const taint = object({ ...taintFields, timeAdded: notSupported('is written by the node controller', 'leave it out') });

/** The socket of the machines' containerd, in the spellings that Cluster API's templates use. */
const CRI_SOCKETS = ['/run/containerd/containerd.sock', '/var/run/containerd/containerd.sock'].flatMap((path) => [
  `unix://${path}`,
  path,
]);

/** Templates of cloud-init for "the name of this machine", which is the Node's name anyway. */
const MACHINE_NAMES = ['{{ ds.meta_data.local_hostname }}', '{{ ds.meta_data.hostname }}', '{{ local_hostname }}'];

const checkPreflightError = (name: string) =>
  /^[A-Za-z0-9][\w.-]{0,252}$/.test(name)
    ? undefined
    : { message: 'is not the name of a preflight check', expected: 'write a name such as "Swap" or "NumCPU"' };

export const makeNodeRegistration = (extraArgs: ArgumentsSchema) =>
  object({
    name: only(MACHINE_NAMES, { message: 'a Node has the name of its Machine', expected: 'leave it out' }),
    criSocket: only(['', ...CRI_SOCKETS], {
      message: 'the machines run containerd',
      expected: `leave it out, or use "${CRI_SOCKETS[2]}"`,
    }),
    taints: list(taint, { max: LIMITS.taints, key: ({ key, effect }) => `${key}:${effect}` }).optional(),
    kubeletExtraArgs: extraArgs(checkKubeletArgument).optional(),
    ignorePreflightErrors: list(text(checkPreflightError), { max: 100 }).optional(),
    imagePullPolicy: z.enum(['', 'Always', 'IfNotPresent', 'Never']).optional(),
    imagePullSerial: z.boolean().optional(),
  });

export const nodeRegistrationSchema = makeNodeRegistration(argumentMap);

export type NodeRegistrationManifest = z.output<typeof nodeRegistrationSchema>;
