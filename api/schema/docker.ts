import { z } from 'zod';
import { apiVersionOf } from '../kinds.ts';
import { LIMITS } from '../limits.ts';
import { checkImage } from '../validation/images.ts';
import { checkObjectName } from '../validation/names.ts';
import { checkContainerPath, checkMountPath } from '../validation/paths.ts';
import { controlPlaneEndpoint } from './cluster.ts';
import { list, notSupported, object, only, text } from './fields.ts';
import { objectMeta, status, templateMeta } from './metadata.ts';

const failureDomain = object({
  controlPlane: z.boolean().optional(),
  attributes: z.record(z.string(), z.string()).optional(),
});

export const dockerClusterSchema = object({
  apiVersion: z.literal(apiVersionOf('DockerCluster')),
  kind: z.literal('DockerCluster'),
  metadata: objectMeta(checkObjectName),
  spec: object({
    controlPlaneEndpoint,
    failureDomains: z.record(z.string(), failureDomain).optional(),
    loadBalancer: object({
      imageRepository: notSupported('the load balancer has an image of its own', 'leave it out'),
      imageTag: notSupported('the load balancer has an image of its own', 'leave it out'),
      customHAProxyConfigTemplateRef: notSupported('the load balancer has a configuration of its own', 'leave it out'),
    }).optional(),
  }).optional(),
  status,
});

const extraMount = object({
  hostPath: text(checkMountPath),
  containerPath: text(checkContainerPath),
  readOnly: z.boolean().optional(),
});

export const dockerMachineTemplateSchema = object({
  apiVersion: z.literal(apiVersionOf('DockerMachineTemplate')),
  kind: z.literal('DockerMachineTemplate'),
  metadata: objectMeta(checkObjectName),
  spec: object({
    template: object({
      metadata: templateMeta.optional(),
      spec: object({
        customImage: text(checkImage).optional(),
        extraMounts: list(extraMount, { max: LIMITS.mounts, key: (mount) => mount.containerPath }).optional(),
        preLoadImages: notSupported('images are not loaded into new machines', 'use a customImage that holds them'),
        providerID: notSupported('is written when the machine is made', 'leave it out'),
        bootstrapped: notSupported('is written when the machine is made', 'leave it out'),
        bootstrapTimeout: only(['3m', '3m0s', '180s'], { message: "the time limits of a bootstrap are Slipway's own" }),
      }),
    }),
  }),
});

export type DockerMachineTemplateManifest = z.output<typeof dockerMachineTemplateSchema>;
