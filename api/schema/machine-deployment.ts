import { z } from 'zod';
import { apiVersionOf } from '../kinds.ts';
import { LIMITS, NAME_LENGTHS } from '../limits.ts';
import { checkName, checkObjectName } from '../validation/names.ts';
import { checkVersion } from '../validation/versions.ts';
import { integer, notSupported, object, only, text } from './fields.ts';
import { workerConfigSchema } from './kubeadm-config.ts';
import { machineFields, onlyAmount, onlyNumber } from './machines.ts';
import { labels, objectMeta, status, templateMeta } from './metadata.ts';
import { referenceTo } from './references.ts';

const strategy = object({
  type: only(['', 'RollingUpdate'], { message: 'only RollingUpdate is supported' }),
  rollingUpdate: object({
    maxSurge: onlyAmount(1, 'workers are rolled out by adding one machine first'),
    maxUnavailable: onlyAmount(0, 'workers are rolled out by adding one machine first'),
    deletePolicy: only(['', 'Random'], { message: 'the machines to delete cannot be chosen' }),
  }).optional(),
  remediation: notSupported('this version replaces no unhealthy machines', 'leave it out'),
});

export const machineDeploymentSchema = object({
  apiVersion: z.literal(apiVersionOf('MachineDeployment')),
  kind: z.literal('MachineDeployment'),
  metadata: objectMeta(checkName(NAME_LENGTHS.machineDeployment)),
  spec: object({
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
    template: object({
      metadata: templateMeta.optional(),
      spec: object({
        clusterName: text(checkObjectName),
        version: text(checkVersion),
        bootstrap: object({
          configRef: referenceTo('KubeadmConfigTemplate'),
          dataSecretName: notSupported('Slipway writes the bootstrap data itself', 'use configRef'),
        }),
        infrastructureRef: referenceTo('DockerMachineTemplate'),
        providerID: notSupported('is written when the machine is made', 'leave it out'),
        // Harmless without effect; see the warnings.
        failureDomain: z.string().optional(),
        ...machineFields,
      }),
    }),
    strategy: strategy.optional(),
    machineNamingStrategy: object({
      template: only(['', '{{ .machineSet.name }}-{{ .random }}'], { message: 'names of Machines cannot be chosen' }),
    }).optional(),
    minReadySeconds: onlyNumber(0, 'a machine counts as soon as its Node is ready'),
    revisionHistoryLimit: onlyNumber(1, 'the length of the history cannot be chosen'),
    progressDeadlineSeconds: onlyNumber(600, 'the deadline of a rollout cannot be chosen'),
    paused: notSupported('a MachineDeployment that is paused from the start would never be created', 'leave it out'),
    rolloutAfter: notSupported('rollouts by date are not supported', 'leave it out'),
  }),
  status,
});

export const kubeadmConfigTemplateSchema = object({
  apiVersion: z.literal(apiVersionOf('KubeadmConfigTemplate')),
  kind: z.literal('KubeadmConfigTemplate'),
  metadata: objectMeta(checkObjectName),
  spec: object({ template: object({ metadata: templateMeta.optional(), spec: workerConfigSchema }) }),
});
