import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderDescription } from '../../../cli/render/describe.ts';
import { paintLines } from '../../../cli/render/text.ts';
import { viewDescription } from '../../../cli/views/description-view.ts';
import { clusterConditions } from '../../../domain/cluster-conditions.ts';
import { condition } from '../../../domain/conditions.ts';
import { unknownObservation, type ClusterObservation } from '../../../domain/observation.ts';
import { at, creatingState, goodObservation, runningState, sampleDesired, sampleMachine } from './support/sample-cluster.ts';

const plain = pc.createColors(false);

function describeText(state: ReturnType<typeof runningState>, observation: ClusterObservation, show: string, grouping = true): string {
  const lines = renderDescription({ name: 'demo', conditions: clusterConditions(state, observation), show, grouping, now: at(3600) });
  return `${paintLines(lines, plain)}\n`;
}

const running = runningState();
const good = goodObservation(running);
const oneNodeDown = withNodeDown(good);
const fiveWorkers = {
  ...running,
  desired: sampleDesired(5),
  machines: [
    ...running.machines,
    ...['ccccc', 'ddddd', 'eeeee'].map((suffix, index) => sampleMachine(`demo-md-0-${suffix}`, 'Running', { phaseSince: at(40 + index) })),
  ],
};

const heldUp = {
  ...running,
  holdUps: [
    {
      subject: 'demo-control-plane',
      since: at(3500),
      reasons: ['EtcdMemberHealthy: demo-control-plane-x2f9k: its member does not answer'],
      checks: [
        { ...condition('NoMachineDeleting', 'True', { reason: 'NoMachineDeleting' }), since: at(3000) },
        { ...condition('EtcdMemberHealthy', 'False', { reason: 'NotHealthy', message: 'demo-control-plane-x2f9k: its member does not answer' }), since: at(3500) },
      ],
    },
  ],
};

function withNodeDown(observation: ClusterObservation): ClusterObservation {
  const nodes = observation.nodes.known ? observation.nodes.value : [];
  const down = { ready: 'False', reason: 'KubeletNotReady', message: 'container runtime network not ready', readySince: at(50) } as const;
  const value = nodes.map((node) => (node.name === 'demo-md-0-aaaaa' ? { ...node, ...down } : node));
  return { ...observation, nodes: { known: true, at: at(60), value } };
}

describe('renderDescription', () => {
  it.each([
    ['describe-running', describeText(running, good, 'none')],
    ['describe-not-grouped', describeText(running, good, 'none', false)],
    ['describe-five-workers', describeText(fiveWorkers, withNodeDown(goodObservation(fiveWorkers)), 'none')],
    ['describe-one-of-a-group', describeText(fiveWorkers, goodObservation(fiveWorkers), 'Machine/demo-md-0-ccccc')],
    ['describe-all-conditions', describeText(running, good, 'all')],
    ['describe-one-node-down', describeText(running, oneNodeDown, 'Machine/demo-md-0-aaaaa')],
    ['describe-unknown', describeText(running, unknownObservation('the worker did not answer in time', at(60)), 'none')],
    ['describe-held-up', describeText(heldUp, goodObservation(heldUp), 'none')],
    ['describe-held-up-checks', describeText(heldUp, goodObservation(heldUp), 'KubeadmControlPlane/demo-control-plane')],
    ['describe-creating', describeText(creatingState(), goodObservation(creatingState()), 'none')],
  ])('%s', async (name, text) => {
    await expect(text).toMatchFileSnapshot(`../../golden/cli/${name}.txt`);
  });
});

describe('viewDescription', () => {
  it('has stable keys and ISO times', async () => {
    const value = viewDescription(running, clusterConditions(running, good));
    await expect(`${JSON.stringify(value, undefined, 2)}\n`).toMatchFileSnapshot('../../golden/cli/describe.json');
  });
});
