import { z } from 'zod';
import { apiVersionOf } from '../kinds.ts';
import { LIMITS } from '../limits.ts';
import { checkImage, checkImageReference } from '../validation/images.ts';
import { checkFailureDomain } from '../validation/labels.ts';
import { checkObjectName } from '../validation/names.ts';
import { checkContainerPath, checkMountPath } from '../validation/paths.ts';
import { controlPlaneEndpoint } from './cluster.ts';
import { list, notSupported, object, only, text, type Body } from './fields.ts';
import { objectMeta, status, templateMeta } from './metadata.ts';

/** What a failure domain has beside its name: the key of a map in v1beta1, a field in v1beta2. */
export const failureDomainFields = {
  controlPlane: z.boolean().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
};
const failureDomain = object(failureDomainFields);

const loadBalancer = object({
  imageRepository: notSupported('the load balancer has an image of its own', 'leave it out'),
  imageTag: notSupported('the load balancer has an image of its own', 'leave it out'),
  customHAProxyConfigTemplateRef: notSupported('the load balancer has a configuration of its own', 'leave it out'),
}).optional();

/** v1beta1: what can be said of the Docker network of a cluster; spec.backend.docker of a DevCluster. */
export const dockerClusterFields = { failureDomains: z.record(text(checkFailureDomain), failureDomain).optional(), loadBalancer };

export const dockerClusterSchema = object({
  apiVersion: z.literal(apiVersionOf('DockerCluster')),
  kind: z.literal('DockerCluster'),
  metadata: objectMeta(checkObjectName),
  spec: object({ controlPlaneEndpoint, ...dockerClusterFields }).optional(),
  status,
});

const extraMount = object({
  hostPath: text(checkMountPath),
  containerPath: text(checkContainerPath),
  readOnly: z.boolean().optional(),
});

/** How a container is made into a machine; spec.template.spec.backend.docker of a DevMachineTemplate. */
export const dockerMachineFields = {
  customImage: text(checkImage).optional(),
  extraMounts: list(extraMount, { max: LIMITS.mounts, key: (mount) => mount.containerPath }).optional(),
  preLoadImages: list(text(checkImageReference), { max: LIMITS.mounts, key: (image) => image }).optional(),
  bootstrapTimeout: only(['3m', '3m0s', '180s'], { message: "the time limits of a bootstrap are Slipway's own" }),
};

export const providerID = notSupported('is written when the machine is made', 'leave it out');

export const dockerMachineTemplateSchema = object({
  apiVersion: z.literal(apiVersionOf('DockerMachineTemplate')),
  kind: z.literal('DockerMachineTemplate'),
  metadata: objectMeta(checkObjectName),
  spec: object({
    template: object({
      metadata: templateMeta.optional(),
      spec: object({
        ...dockerMachineFields,
        providerID,
        bootstrapped: notSupported('is written when the machine is made', 'leave it out'),
      }),
    }),
  }),
});

export type DockerClusterManifest = Body<typeof dockerClusterSchema>;
export type DockerMachineTemplateManifest = Body<typeof dockerMachineTemplateSchema>;
