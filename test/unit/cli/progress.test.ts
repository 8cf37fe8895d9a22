import { describe, expect, it } from 'vitest';
import pc from 'picocolors';
import { describeMachineWork } from '../../../cli/follow/activity-text.ts';
import { describeChanges } from '../../../cli/follow/operation-lines.ts';
import { renderOperationTree } from '../../../cli/follow/operation-tree.ts';
import type { Progress } from '../../../cli/follow/progress.ts';
import { WaitLines } from '../../../cli/follow/wait-lines.ts';
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

function draining(seconds: number, waitingFor: string): Progress {
  const step = sampleStep({ id: 'cluster/demo/machine/demo-md-0-bbbbb/remove', kind: 'RemoveMachine', machine: 'demo-md-0-bbbbb' });
  const activity = { name: 'drainNode', attempt: 1, heartbeat: { phase: 'drain', waitingFor } };
  return { at: at(seconds), state: sampleState({ steps: [step] }), steps: { [step.id]: { phases: step.phases, activities: [activity] } } };
}

describe('describeMachineWork', () => {
  it('tells what a removal waits for, of that Machine alone', () => {
    const progress = draining(5, 'Pod web-1: PodDisruptionBudget web');
    expect(describeMachineWork('demo-md-0-bbbbb', progress)).toEqual(['remove: starting · waits for Pod web-1: PodDisruptionBudget web']);
    expect(describeMachineWork('demo-md-0-ccccc', progress)).toEqual([]);
  });
});

describe('WaitLines', () => {
  it('tell without a terminal what a step waits for, once it has lasted, and again when it is another', () => {
    const waits = new WaitLines();
    expect(waits.next(draining(0, 'Pod web-1: PodDisruptionBudget web'))).toEqual([]);
    expect(waits.next(draining(4, 'Pod web-1: PodDisruptionBudget web'))).toEqual(['demo-md-0-bbbbb remove: waits for Pod web-1: PodDisruptionBudget web']);
    expect(waits.next(draining(5, 'Pod web-1: PodDisruptionBudget web'))).toEqual([]);
    expect(waits.next(draining(6, 'Pod web-2: PodDisruptionBudget web'))).toEqual([]);
    expect(waits.next(draining(9, 'Pod web-2: PodDisruptionBudget web'))).toEqual(['demo-md-0-bbbbb remove: waits for Pod web-2: PodDisruptionBudget web']);
  });

  it('tell what holds an operation up, and who has paused its cluster', () => {
    const holdUps = [{ subject: 'demo-control-plane', reasons: ['waits for approval: slipway approve …'], since: at(0) }];
    const state = sampleState({ holdUps, paused: { actor: 'ada@laptop', at: at(0), reason: 'lunch' } });
    const held = (seconds: number): Progress => ({ at: at(seconds), state, steps: {} });
    const waits = new WaitLines();
    expect(waits.next(held(1))).toEqual([]);
    expect(waits.next(held(5))).toEqual([
      'demo-create-1: cluster paused by ada@laptop: lunch; slipway resume cluster demo lets it go on',
      'demo-control-plane: held up: waits for approval: slipway approve …',
    ]);
    expect(waits.next(held(60))).toEqual([]);
  });
});
