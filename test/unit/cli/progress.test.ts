import { describe, expect, it } from 'vitest';
import pc from 'picocolors';
import { describeChanges } from '../../../cli/follow/operation-lines.ts';
import { renderOperationTree } from '../../../cli/follow/operation-tree.ts';
import type { Progress } from '../../../cli/follow/progress.ts';
import { paintLines } from '../../../cli/render/text.ts';
import { at, creatingState, runningState, sampleOperation, sampleState, sampleStep } from './support/sample-cluster.ts';

const plain = pc.createColors(false);
const golden = (name: string): string => `../../golden/cli/${name}.txt`;
const init = 'cluster/demo/machine/demo-control-plane-x2f9k/init';
const provision = 'cluster/demo/machine/demo-md-0-bbbbb/provision';

function creating(): Progress {
  return {
    at: at(12),
    state: creatingState(),
    steps: {
      [init]: {
        phases: [
          { name: 'bootstrap data', startedAt: at(4), endedAt: at(5) },
          { name: 'kubeadm init', startedAt: at(5) },
        ],
        activities: [{ name: 'runKubeadm', attempt: 1, heartbeat: { phase: 'kubeadm init', waitingFor: 'kubeadm', detail: '[control-plane-check]' } }],
      },
      [provision]: {
        phases: [{ name: 'machine', startedAt: at(2) }],
        activities: [{ name: 'ensureMachine', attempt: 3, lastFailure: 'connect ECONNREFUSED\nand more' }],
      },
    },
  };
}

function blocked(): Progress {
  const { steps, ...state } = creatingState();
  const message = 'kubeadm init ended with exit status 1\n[preflight] port 6443 is in use';
  const evidence = { at: `${init}: kubeadm init`, error: 'KubeadmFailedError', message, attempts: 3 };
  return {
    at: at(60),
    steps: {},
    state: {
      ...state,
      operations: [sampleOperation({ phase: 'Blocked', evidence })],
      steps: steps.map((step) => (step.id === init ? { ...step, state: 'Blocked', endedAt: at(50) } : { ...step, state: 'Done', endedAt: at(10) })),
    },
  };
}

describe('renderOperationTree', () => {
  it.each([
    ['tree-creating', creating()],
    ['tree-blocked', blocked()],
    ['tree-running', { at: at(40), state: runningState(), steps: {} }],
    ['tree-nothing-yet', { at: at(1), state: sampleState({ infrastructureReady: false }), steps: {} }],
  ] satisfies readonly (readonly [string, Progress])[])('%s', async (name, progress) => {
    await expect(`${paintLines(renderOperationTree(progress), plain)}\n`).toMatchFileSnapshot(golden(name));
  });

  it('cuts every line to the width of the terminal', () => {
    const lines = paintLines(renderOperationTree(creating()), plain, 40).split('\n');
    expect(lines.every((line) => line.length <= 40)).toBe(true);
    expect(lines.some((line) => line.endsWith('…'))).toBe(true);
  });
});

describe('describeChanges', () => {
  it('tells where things stand at the first look', async () => {
    await expect(`${describeChanges(undefined, creating()).join('\n')}\n`).toMatchFileSnapshot(golden('lines-first-look'));
  });

  it('tells only what changed afterwards', async () => {
    await expect(`${describeChanges(creating(), blocked()).join('\n')}\n`).toMatchFileSnapshot(golden('lines-blocked'));
    expect(describeChanges(creating(), { ...creating(), at: at(20) })).toEqual([]);
  });

  it('tells a step that starts again as a new one', () => {
    const again: Progress = {
      at: at(70),
      state: sampleState({ steps: [sampleStep({ id: init, kind: 'InitControlPlane', machine: 'demo-control-plane-x2f9k', generation: 2 })] }),
      steps: {},
    };
    expect(describeChanges(blocked(), again)).toEqual(['demo-control-plane-x2f9k init: started', 'demo-create-1: Running']);
  });
});
