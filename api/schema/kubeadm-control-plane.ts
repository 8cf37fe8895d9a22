import { z } from 'zod';
import { apiVersionOf } from '../kinds.ts';
import { NAME_LENGTHS } from '../limits.ts';
import { checkName } from '../validation/names.ts';
import { checkControlPlaneReplicas } from '../validation/replicas.ts';
import { checkVersion } from '../validation/versions.ts';
import { checked, notSupported, object, only, text } from './fields.ts';
import { controlPlaneConfigSchema } from './kubeadm-config.ts';
import { machineFields, onlyAmount } from './machines.ts';
import { objectMeta, status, templateMeta } from './metadata.ts';
import { referenceTo } from './references.ts';

const NO_REMEDIATION = 'this version replaces no unhealthy machines';

const rollingUpdate = object({ maxSurge: onlyAmount(1, 'control planes are rolled out by adding a machine first') });

export const kubeadmControlPlaneSchema = object({
  apiVersion: z.literal(apiVersionOf('KubeadmControlPlane')),
  kind: z.literal('KubeadmControlPlane'),
  metadata: objectMeta(checkName(NAME_LENGTHS.controlPlane)),
  spec: object({
    replicas: checked(z.number(), checkControlPlaneReplicas).optional(),
    version: text(checkVersion),
    machineTemplate: object({
      metadata: templateMeta.optional(),
      infrastructureRef: referenceTo('DockerMachineTemplate'),
      ...machineFields,
    }),
    kubeadmConfigSpec: controlPlaneConfigSchema,
    rolloutBefore: notSupported('rollouts by date are not supported', 'leave it out'),
    rolloutAfter: notSupported('rollouts by date are not supported', 'leave it out'),
    rolloutStrategy: object({
      type: only(['', 'RollingUpdate'], { message: 'only RollingUpdate is supported' }),
      rollingUpdate: rollingUpdate.optional(),
    }).optional(),
    remediationStrategy: notSupported(NO_REMEDIATION, 'leave it out'),
    machineNamingStrategy: object({
      template: only(['', '{{ .kubeadmControlPlane.name }}-{{ .random }}'], {
        message: 'names of Machines cannot be chosen',
      }),
    }).optional(),
  }),
  status,
});
