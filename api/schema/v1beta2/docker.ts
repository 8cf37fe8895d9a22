import { z } from 'zod';
import { apiVersionOf } from '../../kinds.ts';
import { checkFailureDomain } from '../../validation/labels.ts';
import { checkObjectName } from '../../validation/names.ts';
import { controlPlaneEndpoint } from '../cluster.ts';
import { dockerClusterFields, dockerMachineFields, failureDomainFields, providerID } from '../docker.ts';
import { list, object, text } from '../fields.ts';
import { objectMeta, status, templateMeta } from '../metadata.ts';

const failureDomains = list(object({ name: text(checkFailureDomain), ...failureDomainFields }), { max: 100, key: ({ name }) => name })
  // As v1beta1 has them: by name.
  .transform((domains) => Object.fromEntries(domains.map(({ name, ...fields }) => [name, fields])));

/** spec.backend.docker of a DevCluster as well. */
export const dockerClusterFieldsV1Beta2 = { ...dockerClusterFields, failureDomains: failureDomains.optional() };

export const dockerClusterV1Beta2 = object({
  apiVersion: z.literal(apiVersionOf('DockerCluster', 'v1beta2')),
  kind: z.literal('DockerCluster'),
  metadata: objectMeta(checkObjectName),
  spec: object({ controlPlaneEndpoint, ...dockerClusterFieldsV1Beta2 }).optional(),
  status,
});

export const dockerMachineTemplateV1Beta2 = object({
  apiVersion: z.literal(apiVersionOf('DockerMachineTemplate', 'v1beta2')),
  kind: z.literal('DockerMachineTemplate'),
  metadata: objectMeta(checkObjectName),
  spec: object({
    template: object({ metadata: templateMeta.optional(), spec: object({ ...dockerMachineFields, providerID }) }),
  }),
  status,
});
