import { z } from 'zod';
import { apiVersionOf } from '../kinds.ts';
import { checkObjectName } from '../validation/names.ts';
import { controlPlaneEndpoint } from './cluster.ts';
import { dockerClusterFields, dockerMachineFields, providerID } from './docker.ts';
import { addWrong, object, type Body } from './fields.ts';
import { inMemoryCluster, inMemoryMachine } from './in-memory.ts';
import { objectMeta, status, templateMeta } from './metadata.ts';
import { dockerClusterFieldsV1Beta2 } from './v1beta2/docker.ts';

/**
 * The newer names of the Docker kinds. What makes the machines is a field here, the backend, below which stand the
 * fields that the Docker kinds have directly, so they are read as those; or those of machines in memory.
 */
const backendOf = <Docker extends z.ZodType, InMemory extends z.ZodType>(docker: Docker, inMemory: InMemory) =>
  object({ docker: docker.optional(), inMemory: inMemory.optional() }).superRefine((backend, context) => {
    if (backend.docker === undefined && backend.inMemory === undefined) {
      addWrong(context, { reason: 'Required value', message: 'is missing', expected: 'add it: docker: {}' }, ['docker']);
    }
    if (backend.docker !== undefined && backend.inMemory !== undefined) {
      addWrong(context, { reason: 'Forbidden', message: 'a machine has one backend', expected: 'leave out docker or inMemory' }, ['inMemory']);
    }
  });

const devClusterOf = <Docker extends z.ZodType>(version: 'v1beta1' | 'v1beta2', docker: Docker) =>
  object({
    apiVersion: z.literal(apiVersionOf('DevCluster', version)),
    kind: z.literal('DevCluster'),
    metadata: objectMeta(checkObjectName),
    spec: object({ controlPlaneEndpoint, backend: backendOf(docker, inMemoryCluster) }),
    status,
  }).transform(({ spec, metadata }) => ({ metadata, spec: spec.backend.docker }));

export const devClusterSchema = devClusterOf('v1beta1', object(dockerClusterFields));
export const devClusterV1Beta2 = devClusterOf('v1beta2', object(dockerClusterFieldsV1Beta2));

const devMachineTemplateOf = (version: 'v1beta1' | 'v1beta2') =>
  object({
    apiVersion: z.literal(apiVersionOf('DevMachineTemplate', version)),
    kind: z.literal('DevMachineTemplate'),
    metadata: objectMeta(checkObjectName),
    spec: object({
      template: object({
        metadata: templateMeta.optional(),
        spec: object({ providerID, backend: backendOf(object(dockerMachineFields), inMemoryMachine) }),
      }),
    }),
    status,
  }).transform(({ metadata, spec: { template } }) => ({
    metadata,
    spec: { template: { metadata: template.metadata, spec: { ...template.spec.backend.docker, inMemory: template.spec.backend.inMemory } } },
  }));

export const devMachineTemplateSchema = devMachineTemplateOf('v1beta1');
export const devMachineTemplateV1Beta2 = devMachineTemplateOf('v1beta2');

export type DevMachineTemplateManifest = Body<typeof devMachineTemplateSchema>;
