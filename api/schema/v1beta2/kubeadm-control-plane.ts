import { z } from 'zod';
import { apiVersionOf, MACHINE_TEMPLATES } from '../../kinds.ts';
import { notSupported, object } from '../fields.ts';
import {
  controlPlaneFields,
  controlPlaneMeta,
  controlPlaneNaming,
  NO_REMEDIATION,
} from '../kubeadm-control-plane.ts';
import { deletionAsV1Beta1, machineFieldsV1Beta2 } from '../machines.ts';
import { status, templateMeta } from '../metadata.ts';
import { groupReferenceTo } from '../references.ts';
import { controlPlaneStrategy, rolloutAfter, rolloutBefore } from '../rollout.ts';
import { controlPlaneConfigV1Beta2 } from './kubeadm-config.ts';

export const kubeadmControlPlaneV1Beta2 = object({
  apiVersion: z.literal(apiVersionOf('KubeadmControlPlane', 'v1beta2')),
  kind: z.literal('KubeadmControlPlane'),
  metadata: controlPlaneMeta,
  spec: object({
    ...controlPlaneFields,
    machineTemplate: object({
      metadata: templateMeta.optional(),
      spec: object({ infrastructureRef: groupReferenceTo(...MACHINE_TEMPLATES), ...machineFieldsV1Beta2 }),
    }),
    kubeadmConfigSpec: controlPlaneConfigV1Beta2.optional(),
    rollout: object({
      before: rolloutBefore,
      after: rolloutAfter,
      strategy: controlPlaneStrategy,
    }).optional(),
    remediation: notSupported(NO_REMEDIATION, 'leave it out'),
    machineNaming: controlPlaneNaming.optional(),
  }),
  status,
}).transform(({ metadata, spec: { machineTemplate, kubeadmConfigSpec = {}, rollout, ...spec } }) => ({
  metadata,
  spec: {
    ...spec,
    machineTemplate: {
      metadata: machineTemplate.metadata,
      infrastructureRef: machineTemplate.spec.infrastructureRef,
      taints: machineTemplate.spec.taints,
      ...deletionAsV1Beta1(machineTemplate.spec.deletion),
    },
    kubeadmConfigSpec,
    rolloutBefore: rollout?.before,
    rolloutAfter: rollout?.after,
    rolloutStrategy: rollout?.strategy,
  },
}));
