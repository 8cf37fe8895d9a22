import { describe, expect, it, test } from 'vitest';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import { planSteps } from '../../../domain/plan/plan-steps.ts';
import { renderClusterDetails } from '../../../workflows/details/cluster-details.ts';
import { plain, summaryLine, verbatim } from '../../../workflows/details/markdown.ts';
import { stepMetadata } from '../../../workflows/details/static-details.ts';
import { renderStepDetails } from '../../../workflows/details/step-details.ts';
import { at, creatingState, runningState, sampleMachine, sampleOperation, sampleStep } from '../cli/support/sample-cluster.ts';

const init = 'cluster/demo/machine/demo-control-plane-x2f9k/init';
const evidence = {
  at: `${init}: kubeadm init (attempt 3 of 3)`,
  error: 'KubeadmFailedError',
  message: 'kubeadm init: exit status 1\n[ERROR Port-10250]: port 10250 is in use\n```\nsay | no `more` than <that>',
  attempts: 3,
};

function blockedState(): ClusterState {
  const creating = creatingState();
  return {
    ...creating,
    operations: [sampleOperation({ phase: 'Blocked', reason: 'a demo | of *pipes*', evidence })],
    steps: creating.steps.map((step) => (step.state === 'Running' ? { ...step, state: 'Blocked' as const, endedAt: at(60) } : step)),
  };
}

/** Scaled, blocked, and gone on with. */
function changedState(): ClusterState {
  const scale = sampleOperation({
    id: 'demo-scale-2',
    verb: 'scale',
    changes: ['MachineDeployment/demo-md-0.spec.replicas: 2 → 3'],
    decisions: [{ at: at(70), actor: 'grace@desk', how: 'retry', reason: 'the disk is larger now' }],
  });
  return { ...runningState(), operations: [...runningState().operations, scale], operationCount: 2 };
}

function largeState(): ClusterState {
  const workers = Array.from({ length: 99 }, (_, index) => sampleMachine(`demo-md-0-${String(index).padStart(5, '0')}`, index === 77 ? 'Joined' : 'Running'));
  return { ...runningState(), machines: [sampleMachine('demo-control-plane-x2f9k', 'Running'), ...workers] };
}

const details = (state: ClusterState): string => renderClusterDetails({ state, waiting: planSteps(state).waiting, namespace: 'default' });

describe('current details of a cluster', () => {
  it.each([
    ['cluster-creating', creatingState()],
    ['cluster-blocked', blockedState()],
    ['cluster-running', runningState()],
    ['cluster-changed', changedState()],
  ])('%s', async (name, state) => {
    await expect(`${details(state)}\n`).toMatchFileSnapshot(`../../golden/web-ui/${name}.md`);
  });

  test('a hundred Machines fit into an address; the one that is not running is among those shown', () => {
    const text = details(largeState());
    expect(encodeURIComponent(text).length).toBeLessThan(8000);
    expect(text).toContain('demo-md-0-00077');
    expect(text).toContain('and 70 more');
  });
});

describe('current details of a step', () => {
  const phases = [
    { name: 'bootstrap data', startedAt: at(4), endedAt: at(4.3) },
    { name: 'kubeadm init', startedAt: at(4.3), endedAt: at(9), failed: true as const },
    { name: 'kubeadm init (attempt 2 of 3)', startedAt: at(10) },
  ];

  it.each([
    ['step-running', renderStepDetails({ phases })],
    ['step-blocked', renderStepDetails({ phases: phases.slice(0, 2), outcome: { kind: 'blocked', evidence } })],
    ['step-done', renderStepDetails({ phases: phases.slice(0, 1), outcome: { kind: 'done' } })],
  ])('%s', async (name, text) => {
    await expect(`${text}\n`).toMatchFileSnapshot(`../../golden/web-ui/${name}.md`);
  });
});

test('a step says for good what it does, why, and who asked for it', () => {
  const planned = { kind: 'JoinControlPlane', machine: 'demo-control-plane-x2f9k', reasons: ['the quorum lane is free', 'r'.repeat(300)] } as const;
  const { staticSummary, staticDetails } = stepMetadata({ cluster: 'demo', planned, operation: sampleOperation({ reason: 'more\nvoters' }), namespace: 'default' });
  expect(staticSummary).toMatch(/^demo-control-plane-x2f9k: join control plane, because the quorum lane is free; r+…$/);
  expect(staticSummary).toHaveLength(200);
  expect(staticDetails).toBe(
    'join control plane of cluster [cluster/demo](/namespaces/default/workflows/cluster%2Fdemo)\n\n' +
      'For operation **demo-create-1** (create), asked for by ada@laptop, because: more voters',
  );
});

describe('what people wrote', () => {
  test('stays text, on one line', () => {
    expect(plain('a\n|b| <img src=x> [l](u) `c` *d* _e_ # & \\')).toBe('a \\|b\\| \\<img src=x\\> \\[l\\]\\(u\\) \\`c\\` \\*d\\* \\_e\\_ \\# \\& \\\\');
  });

  test('cannot end its block', () => {
    expect(verbatim('x\n````\ny\n')).toBe('`````\nx\n````\ny\n`````');
  });

  test('as a title has an end', () => {
    expect(summaryLine('  two\n lines ')).toBe('two lines');
    expect(summaryLine('x'.repeat(201))).toHaveLength(200);
  });
});

test('what waits stands apart from what runs', () => {
  const state = creatingState();
  const held = { ...state, steps: [...state.steps, sampleStep({ id: 'cluster/demo/machine/demo-md-0-aaaaa/join', kind: 'JoinWorker', machine: 'demo-md-0-aaaaa' })] };
  expect(details(state)).toMatch(/### Waiting\n\n- demo-md-0-aaaaa: the control plane is not initialized yet/);
  expect(details(held)).not.toContain('### Waiting');
});
