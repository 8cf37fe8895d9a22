import { z } from 'zod';
import { apiVersionOf, MACHINE_TEMPLATES } from '../../kinds.ts';
import { checkObjectName } from '../../validation/names.ts';
import { notSupported, object } from '../fields.ts';
import { NO_REMEDIATION } from '../kubeadm-control-plane.ts';
import {
  dataSecretName,
  deletionOrder,
  deploymentFields,
  deploymentMeta,
  deploymentNaming,
  workerFields,
} from '../machine-deployment.ts';
import { deletionAsV1Beta1, machineFieldsV1Beta2 } from '../machines.ts';
import { objectMeta, status, templateMeta } from '../metadata.ts';
import { groupReferenceTo } from '../references.ts';
import { checkAmounts, minReadySeconds, rollingUpdateFields, rolloutAfter, rolloutType } from '../rollout.ts';
import { workerConfigV1Beta2 } from './kubeadm-config.ts';

export const machineDeploymentV1Beta2 = object({
  apiVersion: z.literal(apiVersionOf('MachineDeployment', 'v1beta2')),
  kind: z.literal('MachineDeployment'),
  metadata: deploymentMeta,
  spec: object({
    ...deploymentFields,
    template: object({
      metadata: templateMeta.optional(),
      spec: object({
        ...workerFields,
        bootstrap: object({ configRef: groupReferenceTo('KubeadmConfigTemplate'), dataSecretName }),
        infrastructureRef: groupReferenceTo(...MACHINE_TEMPLATES),
        minReadySeconds,
        ...machineFieldsV1Beta2,
      }),
    }),
    rollout: object({
      after: rolloutAfter,
      strategy: object({ type: rolloutType, rollingUpdate: object(rollingUpdateFields).optional() }).superRefine(checkAmounts).optional(),
    }).optional(),
    deletion: object({ order: deletionOrder }).optional(),
    remediation: notSupported(NO_REMEDIATION, 'leave it out'),
    machineNaming: deploymentNaming.optional(),
  }),
  status,
}).transform(({ metadata, spec: { deletion, rollout, template, ...spec } }) => ({
  metadata,
  spec: {
    ...spec,
    template: { ...template, spec: { ...template.spec, ...deletionAsV1Beta1(template.spec.deletion) } },
    minReadySeconds: template.spec.minReadySeconds,
    rolloutAfter: rollout?.after,
    strategy: { ...rollout?.strategy, rollingUpdate: { ...rollout?.strategy?.rollingUpdate, deletePolicy: deletion?.order } },
  },
}));

export const kubeadmConfigTemplateV1Beta2 = object({
  apiVersion: z.literal(apiVersionOf('KubeadmConfigTemplate', 'v1beta2')),
  kind: z.literal('KubeadmConfigTemplate'),
  metadata: objectMeta(checkObjectName),
  spec: object({
    template: object({ metadata: templateMeta.optional(), spec: workerConfigV1Beta2.optional() }),
  }).optional(),
}).transform(({ metadata, spec }) => ({
  metadata,
  spec: { template: { metadata: spec?.template.metadata, spec: spec?.template.spec ?? {} } },
}));
