import { z } from 'zod';
import type { InMemoryMachineSpec, Provisioning } from '../desired-cluster.ts';
import { checkDuration, parseDuration } from '../validation/durations.ts';
import type { Check } from '../validation/wrong.ts';
import { object, text } from './fields.ts';

/** Cluster API's type for it is a string, because a float reads differently in different languages. */
const checkJitter: Check<string> = (value) =>
  /^\d{1,2}(\.\d{1,6})?$/.test(value)
    ? undefined
    : { message: 'must be a number from 0 to 99, in quotes', expected: 'write the share of startupDuration that chance may add, such as "0.2"' };

const part = object({
  provisioning: object({ startupDuration: text(checkDuration), startupJitter: text(checkJitter).optional() })
    .transform(
      ({ startupDuration, startupJitter = '0' }): Provisioning => ({
        startupMilliseconds: parseDuration(startupDuration) ?? 0,
        startupJitter: Number(startupJitter),
      }),
    )
    .optional(),
}).optional();

/** spec.template.spec.backend.inMemory of a DevMachineTemplate: what takes how long to come up. */
export const inMemoryMachine = object({ vm: part, node: part, apiServer: part, etcd: part }).transform(
  ({ vm, node, apiServer, etcd }): InMemoryMachineSpec => ({
    ...(vm?.provisioning === undefined ? {} : { vm: vm.provisioning }),
    ...(node?.provisioning === undefined ? {} : { node: node.provisioning }),
    ...(apiServer?.provisioning === undefined ? {} : { apiServer: apiServer.provisioning }),
    ...(etcd?.provisioning === undefined ? {} : { etcd: etcd.provisioning }),
  }),
);

/** spec.backend.inMemory of a DevCluster. */
export const inMemoryCluster = object({}) satisfies z.ZodType;
