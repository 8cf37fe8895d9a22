import { z } from 'zod';

/**
 * What the simulator's process is asked over loopback: POST /v1/OPERATION with a bearer token and a
 * JSON body. It answers 200 {value}, or 4xx {error: {name, message}} with the name of the class that the
 * real part would throw. Operations that wait answer `done: false` when `waitMs` (real time) is over.
 */

const name = z.string().min(1).max(253);
const cluster = z.string().min(1).max(64);
const milliseconds = z.number().min(0).max(1e10);
const labels = z.record(z.string(), z.string());
const waitMs = z.number().min(0).max(60_000);

const provisioning = z.object({ startupMilliseconds: milliseconds, startupJitter: z.number().min(0).max(100) });

/** Beside a Pod that stands alone: what makes others, or guards them. */
export const workloadObject = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['Deployment', 'DaemonSet', 'Pod']),
    namespace: name,
    name,
    replicas: z.number().int().min(0).max(1000),
    labels,
    emptyDir: z.boolean(),
    graceSeconds: z.number().min(0).max(86_400),
    node: name.exactOptional(),
  }),
  z.object({
    kind: z.literal('PodDisruptionBudget'),
    namespace: name,
    name,
    selector: labels,
    minAvailable: z.number().int().min(0).exactOptional(),
    maxUnavailable: z.number().int().min(0).exactOptional(),
  }),
  /** Anything else is only remembered. */
  z.object({ kind: z.literal('Other'), namespace: z.string(), name, of: name }),
]);

const effect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fail'), after: z.boolean().exactOptional(), message: z.string().max(1000).exactOptional() }),
  z.object({ kind: z.literal('hang'), after: z.boolean().exactOptional() }),
  z.object({ kind: z.literal('late'), milliseconds }),
]);

const machine = { cluster, machine: name };
const node = { cluster, node: name };
const pod = { cluster, namespace: name, name };
const stage = z.enum(['init', 'restore', 'join', 'prepare', 'etcd', 'serve', 'reset', 'upload-config', 'addons']);
const taint = z.object({ key: name, value: z.string().exactOptional(), effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']) });
const role = z.enum(['init', 'join-control-plane', 'join-worker']);

export const requests = {
  ping: z.object({}),
  allocate: z.object({ cluster, name, installation: name, avoid: z.array(z.string()) }),
  claimPorts: z.object({ cluster, names: z.array(name), others: z.array(name).exactOptional() }),
  ensureNetwork: z.object({ cluster }),
  ensureLoadBalancer: z.object({ cluster, apiServerPort: z.number().int() }),
  setBackends: z.object({ cluster, backends: z.array(z.object({ name, address: name, port: z.number().int() })) }),
  listBackends: z.object({ cluster }),
  ensureMachine: z.object({
    ...machine,
    uid: name,
    role: z.enum(['control-plane', 'worker']),
    owner: name,
    version: name,
    address: name,
    sshPort: z.number().int(),
    failureDomain: name.exactOptional(),
    times: z.object({
      vm: provisioning.exactOptional(),
      node: provisioning.exactOptional(),
      apiServer: provisioning.exactOptional(),
      etcd: provisioning.exactOptional(),
    }),
  }),
  deleteMachine: z.object({ ...machine, uid: name }),
  listMachines: z.object({ cluster }),
  deleteCluster: z.object({ cluster }),

  waitForSsh: z.object({ ...machine, waitMs }),
  writeFiles: z.object({ ...machine, role: role.exactOptional(), paths: z.array(z.string()).max(1000) }),
  stopApiServer: z.object(machine),
  stopControlPlane: z.object(machine),
  runCommand: z.object({ ...machine, operation: name, stage, version: name.exactOptional(), backup: name.exactOptional(), generation: z.number().int(), waitMs }),
  readCertificates: z.object(machine),

  listMembers: z.object(machine),
  removeMember: z.object({ ...machine, memberId: name }),
  moveLeader: z.object({ ...machine, memberId: name }),
  takeSnapshot: z.object({ ...machine, id: name }),
  readSnapshot: z.object({ ...machine, id: name }),
  discardSnapshot: z.object({ ...machine, id: name }),
  deliverSnapshot: z.object({ ...machine, id: name, snapshot: z.string() }),

  apiReady: z.object({ cluster }),
  listNodes: z.object({ cluster }),
  waitForNode: z.object({ ...node, waitMs }),
  listComponents: z.object({ cluster }),
  listAddonRollouts: z.object({ cluster }),
  updateNode: z.object({ ...node, labels, annotations: labels, taints: z.array(taint).exactOptional() }),
  /** `marked`: as Slipway does it, which takes back nothing but its own; else as a person does it. */
  cordonNode: z.object({ ...node, unschedulable: z.boolean(), marked: z.boolean().exactOptional() }),
  declareOutOfService: z.object(node),
  deleteNode: z.object(node),
  apply: z.object({ cluster, objects: z.array(workloadObject).max(1000) }),
  moveEndpoint: z.object({ cluster, to: name, keys: z.enum(['kept', 'own']) }),
  listPods: z.object(node),
  evictPod: z.object(pod),
  deletePod: z.object({ ...pod, graceSeconds: z.number().min(0).exactOptional() }),

  /** For tests, benches and what-if: what no real part offers. */
  'control/read': z.object({ cluster }),
  'control/list': z.object({}),
  'control/setPower': z.object({ ...machine, on: z.boolean() }),
  'control/setPartitioned': z.object({ ...machine, partitioned: z.boolean() }),
  'control/setUnreachable': z.object({ ...machine, unreachable: z.boolean() }),
  'control/setAlarm': z.object({ ...machine, alarm: z.enum(['NOSPACE', 'CORRUPT']), active: z.boolean() }),
  'control/setEtcdVersion': z.object({ ...machine, version: name }),
  'control/setTimes': z.object({ ...machine, times: z.partialRecord(z.enum(['vm', 'etcd', 'apiServer', 'node', 'catchUp', 'reset']), milliseconds) }),
  'control/addFault': z.object({
    cluster,
    id: name,
    operation: name,
    machine: name.exactOptional(),
    effect,
    times: z.union([z.number().int().min(1), z.literal('always')]),
  }),
  'control/clearFaults': z.object({ cluster }),
  'control/setChaos': z.object({
    cluster,
    seed: name,
    failureRate: z.number().min(0).max(1),
    lateRate: z.number().min(0).max(1),
    lateMilliseconds: milliseconds,
  }),
  'control/write': z.object({ cluster, key: name, value: z.string().max(10_000) }),
  'control/get': z.object({ cluster, key: name }),
  'control/advance': z.object({ milliseconds }),
} as const;

export type Operation = keyof typeof requests;
export type RequestOf<O extends Operation> = z.output<(typeof requests)[O]>;

/** By operation, so that a caller that has one kind of operation gets that kind of request. */
const schemas: { readonly [O in Operation]: z.ZodType<RequestOf<O>> } = requests;

/** @throws z.ZodError */
export function parseRequest<O extends Operation>(operation: O, body: unknown): RequestOf<O> {
  return schemas[operation].parse(body);
}

export function isOperation(text: string): text is Operation {
  return Object.hasOwn(requests, text);
}
export type WorkloadObject = z.output<typeof workloadObject>;
