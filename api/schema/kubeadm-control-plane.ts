import { z } from 'zod';
import { apiVersionOf, MACHINE_TEMPLATES } from '../kinds.ts';
import { NAME_LENGTHS } from '../limits.ts';
import { checkName } from '../validation/names.ts';
import { checkControlPlaneReplicas } from '../validation/replicas.ts';
import { checked, notSupported, object, only, type Body } from './fields.ts';
import { controlPlaneConfigSchema } from './kubeadm-config.ts';
import { machineFields } from './machines.ts';
import { objectMeta, status, templateMeta } from './metadata.ts';
import { referenceTo } from './references.ts';
import { controlPlaneStrategy, rolloutAfter, rolloutBefore } from './rollout.ts';
import { versionField } from './version.ts';

export const NO_REMEDIATION = 'this version replaces no unhealthy machines';

/** metadata of a KubeadmControlPlane */
export const controlPlaneMeta = objectMeta(checkName(NAME_LENGTHS.controlPlane));

/** The fields of a KubeadmControlPlane that all versions of Cluster API have. */
export const controlPlaneFields = {
  replicas: checked(z.number(), checkControlPlaneReplicas).meta({ enum: [1, 3, 5, 7] }).optional(),
  version: versionField,
};

export const controlPlaneNaming = object({
  template: only(['', '{{ .kubeadmControlPlane.name }}-{{ .random }}'], {
    message: 'names of Machines cannot be chosen',
  }),
});

export const kubeadmControlPlaneSchema = object({
  apiVersion: z.literal(apiVersionOf('KubeadmControlPlane')),
  kind: z.literal('KubeadmControlPlane'),
  metadata: controlPlaneMeta,
  spec: object({
    ...controlPlaneFields,
    machineTemplate: object({
      metadata: templateMeta.optional(),
      infrastructureRef: referenceTo(...MACHINE_TEMPLATES),
      ...machineFields,
    }),
    kubeadmConfigSpec: controlPlaneConfigSchema,
    rolloutBefore,
    rolloutAfter,
    rolloutStrategy: controlPlaneStrategy,
    remediationStrategy: notSupported(NO_REMEDIATION, 'leave it out'),
    machineNamingStrategy: controlPlaneNaming.optional(),
  }),
  status,
});

export type KubeadmControlPlaneManifest = Body<typeof kubeadmControlPlaneSchema>;
