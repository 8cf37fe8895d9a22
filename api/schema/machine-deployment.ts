import { z } from 'zod';
import { apiVersionOf, MACHINE_TEMPLATES } from '../kinds.ts';
import { LIMITS, NAME_LENGTHS } from '../limits.ts';
import { checkName, checkObjectName } from '../validation/names.ts';
import { integer, notSupported, object, only, text, type Body } from './fields.ts';
import { workerConfigSchema } from './kubeadm-config.ts';
import { NO_REMEDIATION } from './kubeadm-control-plane.ts';
import { machineFields, onlyNumber } from './machines.ts';
import { labels, objectMeta, status, templateMeta } from './metadata.ts';
import { referenceTo } from './references.ts';
import { checkAmounts, minReadySeconds, progressDeadlineSeconds, rollingUpdateFields, rolloutAfter, rolloutType } from './rollout.ts';
import { versionField } from './version.ts';

/** Which machines go first: said with the rollout in v1beta1, apart from it in v1beta2. */
export const deletionOrder = z.enum(['', 'Random', 'Newest', 'Oldest']).optional();

const strategy = object({
  type: rolloutType,
  rollingUpdate: object({ ...rollingUpdateFields, deletePolicy: deletionOrder }).optional(),
  remediation: notSupported(NO_REMEDIATION, 'leave it out'),
}).superRefine(checkAmounts);

/** metadata of a MachineDeployment */
export const deploymentMeta = objectMeta(checkName(NAME_LENGTHS.machineDeployment));

/** The fields of a MachineDeployment that all versions of Cluster API have. */
export const deploymentFields = {
  clusterName: text(checkObjectName),
  replicas: integer({
    min: 0,
    max: LIMITS.machines,
    expected: `use a number from 0 to ${LIMITS.machines}`,
  }).optional(),
  selector: object({
    matchLabels: labels.optional(),
    matchExpressions: notSupported(
      'selectors by expression are not supported',
      'use matchLabels, or leave the selector empty',
    ),
  }).optional(),
  paused: notSupported('a MachineDeployment that is paused from the start would never be created', 'leave it out'),
};

/** The fields of the template of Machines that all versions of Cluster API have, beside its references. */
export const workerFields = {
  clusterName: text(checkObjectName),
  version: versionField,
  providerID: notSupported('is written when the machine is made', 'leave it out'),
  // Compared with those of the infrastructure once all documents are read.
  failureDomain: z.string().optional(),
};

export const dataSecretName = notSupported('Slipway writes the bootstrap data itself', 'use configRef');

export const deploymentNaming = object({
  template: only(['', '{{ .machineSet.name }}-{{ .random }}'], { message: 'names of Machines cannot be chosen' }),
});

export const machineDeploymentSchema = object({
  apiVersion: z.literal(apiVersionOf('MachineDeployment')),
  kind: z.literal('MachineDeployment'),
  metadata: deploymentMeta,
  spec: object({
    ...deploymentFields,
    template: object({
      metadata: templateMeta.optional(),
      spec: object({
        ...workerFields,
        bootstrap: object({ configRef: referenceTo('KubeadmConfigTemplate'), dataSecretName }),
        infrastructureRef: referenceTo(...MACHINE_TEMPLATES),
        ...machineFields,
      }),
    }),
    strategy: strategy.optional(),
    machineNamingStrategy: deploymentNaming.optional(),
    minReadySeconds,
    revisionHistoryLimit: onlyNumber(1, 'the length of the history cannot be chosen'),
    progressDeadlineSeconds,
    rolloutAfter,
  }),
  status,
});

export type MachineDeploymentManifest = Body<typeof machineDeploymentSchema>;

export const kubeadmConfigTemplateSchema = object({
  apiVersion: z.literal(apiVersionOf('KubeadmConfigTemplate')),
  kind: z.literal('KubeadmConfigTemplate'),
  metadata: objectMeta(checkObjectName),
  spec: object({ template: object({ metadata: templateMeta.optional(), spec: workerConfigSchema }) }),
});

export type KubeadmConfigTemplateManifest = Body<typeof kubeadmConfigTemplateSchema>;
