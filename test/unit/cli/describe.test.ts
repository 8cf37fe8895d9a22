import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderDescription } from '../../../cli/render/describe.ts';
import { paintLines } from '../../../cli/render/text.ts';
import { viewDescription } from '../../../cli/views/description-view.ts';
import { clusterConditions } from '../../../domain/cluster-conditions.ts';
import { unknownObservation, type ClusterObservation } from '../../../domain/observation.ts';
import { at, creatingState, goodObservation, runningState } from './support/sample-cluster.ts';

const plain = pc.createColors(false);

function describeText(state: ReturnType<typeof runningState>, observation: ClusterObservation, show: string): string {
  const lines = renderDescription({ name: 'demo', conditions: clusterConditions(state, observation), show, now: at(3600) });
  return `${paintLines(lines, plain)}\n`;
}

const running = runningState();
const good = goodObservation(running);
const oneNodeDown: ClusterObservation = {
  ...good,
  nodes: {
    known: true,
    at: at(60),
    value: good.nodes.known
      ? good.nodes.value.map((node) =>
          node.name === 'demo-md-0-aaaaa'
            ? { ...node, ready: 'False' as const, reason: 'KubeletNotReady', message: 'container runtime network not ready', readySince: at(50) }
            : node,
        )
      : [],
  },
};

describe('renderDescription', () => {
  it.each([
    ['describe-running', describeText(running, good, 'none')],
    ['describe-all-conditions', describeText(running, good, 'all')],
    ['describe-one-node-down', describeText(running, oneNodeDown, 'Machine/demo-md-0-aaaaa')],
    ['describe-unknown', describeText(running, unknownObservation('the worker did not answer in time', at(60)), 'none')],
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
