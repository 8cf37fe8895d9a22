import { expect, test } from 'vitest';
import type { workflowTypes } from '../../workflows/contracts.ts';
import { countCalls, desiredCluster, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const cluster = {
  identity: { installation: 'test', name: 'asked', uid: 'uid-asked' },
  allocation: { host: 'local', subnet: '172.30.7.0/24', gateway: '172.30.7.1', loadBalancerAddress: '172.30.7.2', apiServerHostPort: 22_001 },
};
const machine = { name: 'asked-control-plane-x2f9k', uid: 'uid-1', sshPort: 22_100 };
const recipient = 'one-use key';

type Request = { readonly type: (typeof workflowTypes)[keyof typeof workflowTypes]; readonly input: object; readonly answer: object };

const requests: readonly Request[] = [
  { type: 'describeInstallation', input: {}, answer: { installation: 'test', sealingKey: 'key' } },
  { type: 'admitCluster', input: { desired: desiredCluster('asked', 1, 1) }, answer: { placement: { uid: 'uid-asked' } } },
  { type: 'issueKubeconfig', input: { cluster, recipient }, answer: { sealed: 'sealed issueKubeconfig' } },
  { type: 'issueMachineAccess', input: { cluster, machine, recipient }, answer: { sealed: 'sealed issueMachineAccess' } },
  { type: 'readMachineLogs', input: { cluster, machine, unit: 'kubelet', lines: 10, recipient }, answer: { sealed: 'sealed readMachineLogs' } },
  { type: 'collectSupport', input: { name: 'asked', part: { kind: 'state' }, recipient }, answer: { sealed: 'sealed collectSupport' } },
  { type: 'readHistory', input: { name: 'asked', limit: 10 }, answer: { uid: 'uid-asked', entries: [], from: 0 } },
  { type: 'observeCluster', input: { cluster }, answer: { nodes: { known: false, reason: 'nobody looked' } } },
];

test.each(requests)('$type answers what its activity answers', async ({ type, input, answer }) => {
  const world = createFakeWorld();
  await withWorkers(env(), world, async () => {
    const options = { workflowId: `request/${type}`, taskQueue: 'slipway', args: [input] };
    expect(await env().client.workflow.execute(type, options)).toMatchObject(answer);
    expect(countCalls(world, type)).toBe(1);
  });
});

test('somebody at a terminal is not kept waiting by retries', async () => {
  const world = createFakeWorld();
  world.failing.set('observeCluster', () => new Error('the engine does not answer'));
  await withWorkers(env(), world, async () => {
    const options = { workflowId: 'request/patience', taskQueue: 'slipway', args: [{ cluster }] };
    await expect(env().client.workflow.execute('observeCluster', options)).rejects.toMatchObject({
      cause: { cause: { message: 'the engine does not answer' } },
    });
    expect(countCalls(world, 'observeCluster')).toBe(2);
  });
});
