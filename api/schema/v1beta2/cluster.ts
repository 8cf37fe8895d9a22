import { z } from 'zod';
import { apiVersionOf, INFRASTRUCTURE_CLUSTERS } from '../../kinds.ts';
import { clusterFields, clusterMeta } from '../cluster.ts';
import { object } from '../fields.ts';
import { status } from '../metadata.ts';
import { groupReferenceTo } from '../references.ts';

export const clusterV1Beta2 = object({
  apiVersion: z.literal(apiVersionOf('Cluster', 'v1beta2')),
  kind: z.literal('Cluster'),
  metadata: clusterMeta,
  spec: object({
    ...clusterFields,
    controlPlaneRef: groupReferenceTo('KubeadmControlPlane'),
    infrastructureRef: groupReferenceTo(...INFRASTRUCTURE_CLUSTERS),
  }),
  status,
});
