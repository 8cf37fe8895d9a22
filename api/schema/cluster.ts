import { z } from 'zod';
import { apiVersionOf, INFRASTRUCTURE_CLUSTERS } from '../kinds.ts';
import { NAME_LENGTHS } from '../limits.ts';
import { checkName, checkServiceDomain } from '../validation/names.ts';
import { checkNetwork } from '../validation/networks.ts';
import { addWrong, integer, notSupported, object, text, type Body } from './fields.ts';
import { objectMeta, status } from './metadata.ts';
import { referenceTo } from './references.ts';

const networkRanges = object({
  cidrBlocks: z.array(text(checkNetwork)).superRefine((blocks, context) => {
    if (blocks.length === 0) {
      addWrong(context, {
        reason: 'Required value',
        message: 'must name a network',
        expected: 'write one IPv4 network, or leave the field out',
      });
    }
    if (blocks.length > 1) {
      addWrong(context, {
        reason: 'Unsupported value',
        message: `has ${blocks.length} networks; dual-stack clusters are not supported`,
        expected: 'write one IPv4 network',
      });
    }
  }),
});

const OWN_ENDPOINT = 'Slipway gives the cluster its endpoint, a load balancer of its own';

/** host and port of an endpoint, which a Docker cluster cannot choose */
export const controlPlaneEndpoint = notSupported(OWN_ENDPOINT, 'leave it out');

/** metadata of a Cluster */
export const clusterMeta = objectMeta(checkName(NAME_LENGTHS.cluster));

/** The fields of a Cluster's spec that all versions of Cluster API have, beside its references. */
export const clusterFields = {
  paused: notSupported('a cluster that is paused from the start would never be created', 'leave it out'),
  clusterNetwork: object({
    apiServerPort: integer({ min: 1, max: 65_535, expected: 'use a port such as 6443' }).optional(),
    services: networkRanges.optional(),
    pods: networkRanges.optional(),
    serviceDomain: text(checkServiceDomain).optional(),
  }).optional(),
  controlPlaneEndpoint,
  topology: notSupported(
    'ClusterClass and managed topologies are not supported',
    'use controlPlaneRef with a KubeadmControlPlane, and MachineDeployments',
  ),
  availabilityGates: notSupported('availability gates are not supported', 'leave it out'),
};

export const clusterSchema = object({
  apiVersion: z.literal(apiVersionOf('Cluster')),
  kind: z.literal('Cluster'),
  metadata: clusterMeta,
  spec: object({
    ...clusterFields,
    controlPlaneRef: referenceTo('KubeadmControlPlane'),
    infrastructureRef: referenceTo(...INFRASTRUCTURE_CLUSTERS),
  }),
  status,
});

export type ClusterManifest = Body<typeof clusterSchema>;
