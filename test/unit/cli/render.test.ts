import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { generateManifest } from '../../../api/generate-manifest.ts';
import { ConflictError } from '../../../cli/errors.ts';
import { renderStatus } from '../../../cli/commands/status.ts';
import { renderError } from '../../../cli/render/error.ts';
import { renderClusters, renderMachines, renderOperations } from '../../../cli/render/listings.ts';
import { renderMachine } from '../../../cli/render/machine.ts';
import { renderProblems } from '../../../cli/render/problems.ts';
import { renderTable } from '../../../cli/render/table.ts';
import { renderTimings } from '../../../cli/render/timings.ts';
import { viewCluster, viewMachine, viewOperation } from '../../../cli/views/cluster-view.ts';
import { machineConditions } from '../../../domain/machine-conditions.ts';
import { at, creatingState, goodObservation, runningState, sampleMachine, sampleOperation, sampleStep } from './support/sample-cluster.ts';

const plain = pc.createColors(false);
const coloured = pc.createColors(true);
const golden = (name: string): string => `../../golden/cli/${name}.txt`;

describe('renderTable', () => {
  it('aligns by text, not by escape sequences, and leaves no trailing spaces', () => {
    const text = renderTable({
      header: ['NAME', 'STATE', 'NOTE'],
      rows: [
        ['a', { text: 'yes', paint: coloured.green }, ''],
        ['longer-name', 'no', 'why'],
      ],
    });
    expect(stripVTControlCharacters(text)).toBe('NAME          STATE   NOTE\na             yes\nlonger-name   no      why\n');
  });
});

describe('listings', () => {
  const state = runningState();
  const views = [viewCluster(state), { ...viewCluster(creatingState()), name: 'a-cluster-with-a-long-name' }];

  it.each([false, true])('clusters, wide %s', async (wide) => {
    await expect(renderClusters(views, { wide, now: at(3600) })).toMatchFileSnapshot(golden(`clusters${wide ? '-wide' : ''}`));
  });

  it.each([false, true])('machines, wide %s', async (wide) => {
    const machines = state.machines.map((machine) => viewMachine(state, machine));
    await expect(renderMachines(machines, { wide, now: at(3600) })).toMatchFileSnapshot(golden(`machines${wide ? '-wide' : ''}`));
  });

  it.each([false, true])('operations, wide %s', async (wide) => {
    const evidence = { at: 'cluster/demo/infrastructure: network', error: 'AddressPoolError', message: 'no subnet is free\nmore', attempts: 5 };
    const operations = [
      sampleOperation({ phase: 'Succeeded', endedAt: at(34.2) }),
      sampleOperation({ id: 'demo-create-2', phase: 'Blocked', reason: 'trying', evidence, startedAt: at(100) }),
    ].map((operation) => viewOperation('demo', operation));
    await expect(renderOperations(operations, { wide, now: at(3600) })).toMatchFileSnapshot(golden(`operations${wide ? '-wide' : ''}`));
  });
});

describe('renderMachine', () => {
  it('facts, annotations and conditions', async () => {
    const machine = sampleMachine('demo-md-0-aaaaa', 'Running', { failureDomain: 'a', annotations: { 'cluster.x-k8s.io/delete-machine': 'yes' } });
    const described = machineConditions(machine, goodObservation(runningState()));
    await expect(`${renderMachine({ cluster: 'demo', described, work: [], now: at(3600) })}\n`).toMatchFileSnapshot(golden('machine'));
    const work = ['remove: drain · waits for Pod default/web-1: PodDisruptionBudget web'];
    expect(renderMachine({ cluster: 'demo', described, work, now: at(3600) })).toMatch(/^Work: +remove: drain · waits for Pod default\/web-1: PodDisruptionBudget web$/m);
  });
});

describe('renderTimings', () => {
  it('lists steps and phases in the order in which they began, and leaves out those of other operations', async () => {
    const { steps } = creatingState();
    const other = sampleStep({ id: 'cluster/demo/addons', kind: 'InstallAddons', operation: 'demo-create-0' });
    const text = renderTimings({ operation: sampleOperation(), steps: [...steps.toReversed(), other], now: at(12) });
    await expect(text).toMatchFileSnapshot(golden('timings'));
  });
});

describe('renderProblems', () => {
  it('shows every problem with its place, owner, path, value and what would be right', async () => {
    const manifest = generateManifest({ name: 'demo', kubernetesVersion: 'v1.34.4', controlPlaneMachineCount: 3, workerMachineCount: 1 })
      .replace('  replicas: 3\n', '  replicas: 2\n')
      .replace('kind: KubeadmConfigTemplate\n', 'kind: KubeadmConfigTemplate\nnonsense: 1\n');
    const result = parseManifest(manifest, { source: 'demo.yaml' });
    if (result.ok) throw new Error('the manifest should have problems');
    await expect(renderProblems(result.problems, plain)).toMatchFileSnapshot(golden('problems'));
  });
});

describe('renderError', () => {
  it('says what, where, what stayed unchanged, the evidence and what to do next', async () => {
    const error = new ConflictError({
      what: 'cluster demo is being deleted',
      where: 'cluster demo',
      unchanged: 'nothing was created',
      evidence: 'line one\nline two\n',
      next: ['wait', 'slipway apply -f demo.yaml'],
    });
    await expect(renderError(error, plain)).toMatchFileSnapshot(golden('error'));
  });

  it('shows a stranger’s error as it is', () => {
    expect(renderError(new Error('boom'), plain)).toBe('Error: boom\n');
  });
});

describe('renderStatus', () => {
  it('shows what runs and what does not', async () => {
    const text = renderStatus(
      [
        { name: 'temporal', healthy: true, state: 'answers', pid: 12, address: '127.0.0.1:7233', version: '1.29.1', startedAt: new Date(at(0)).toISOString() },
        { name: 'worker', healthy: false, state: 'no Slipway worker answers' },
      ],
      at(90),
      plain,
    );
    await expect(text).toMatchFileSnapshot(golden('status'));
  });
});
