import { ApplicationFailure } from '@temporalio/activity';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestMetadata } from '../../cli/temporal/request-metadata.ts';
import { currentActor } from '../../cli/actor.ts';
import { controlTaskQueue } from '../../workflows/contracts.ts';
import { findFreePorts } from '../e2e/harness/free-ports.ts';
import { useBrowser } from './browser/use-browser.ts';
import { webUi, type WebUi } from './browser/web-ui.ts';
import { applyCluster, countCalls, desiredCluster, isBlocked, operationEnded, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { startTemporal } from './temporal.ts';

/** What a person sees of clusters in Temporal's Web UI, read from a real browser's page. */

const page = useBrowser();
const world = createFakeWorld();
const over = Promise.withResolvers<undefined>();
let env: TestWorkflowEnvironment;
let working: Promise<unknown>;
let address = '';
const ui = (): WebUi => webUi({ page: page(), address });

const complaint = 'kubeadm init: exit status 1\n[ERROR Port-10250]: <b>port</b> `10250` is in use';

/** One that runs, one that is Blocked, one whose Machines are being made; and a request to the first. */
beforeAll(async () => {
  const [uiPort = 0] = await findFreePorts(1);
  address = `http://127.0.0.1:${uiPort}`;
  env = await startTemporal({ uiPort });
  working = withWorkers(env, world, () => over.promise);
  world.failing.set('runKubeadm', ({ machine }) =>
    machine?.startsWith('stuck-') === true ? ApplicationFailure.create({ type: 'KubeadmFailedError', message: complaint, details: [{ attempt: 1 }] }) : undefined,
  );
  await applyCluster(env, desiredCluster('demo', 1, 1));
  await applyCluster(env, desiredCluster('stuck', 1, 1));
  await untilState(env, 'demo', operationEnded);
  await untilState(env, 'stuck', isBlocked);
  world.hanging.add('waitForSsh');
  const before = countCalls(world, 'waitForSsh');
  await applyCluster(env, desiredCluster('busy', 1, 1));
  await untilState(env, 'busy', () => countCalls(world, 'waitForSsh') === before + 2);
  const workflowId = 'cluster/demo/kubeconfig';
  await env.client.workflow.execute('issueKubeconfig', { workflowId, taskQueue: controlTaskQueue, args: [{}], ...requestMetadata(workflowId) });
});
afterAll(async () => {
  over.resolve(undefined);
  await working;
  await env.teardown();
});

test('one filter lists a cluster with its state, each of its steps, and what was asked of it', async () => {
  const rows = await ui().list('ClusterName="demo"', 8);
  const entity = { Type: 'clusterWorkflow', ClusterPhase: 'Provisioned', KubernetesVersion: 'v1.34.4', ClusterHealthy: 'true', ClusterBlocked: 'false' };
  expect(rows.get('cluster/demo')).toMatchObject(entity);
  const types = [...rows.values()].map((row) => row['Type'] ?? '').toSorted();
  expect(types).toEqual([
    'clusterWorkflow',
    'ensureInfrastructure',
    'initControlPlane',
    'installAddons',
    'issueKubeconfig',
    'joinMachine',
    'provisionMachine',
    'provisionMachine',
  ]);
  expect([...rows.keys()].every((id) => id === 'cluster/demo' || id.startsWith('cluster/demo/'))).toBe(true);
  expect([...rows.values()].every((row) => row['ClusterName'] === 'demo')).toBe(true);
});

test('what is Blocked is found by its attribute, and says at what, why, and how to go on', async () => {
  const rows = await ui().list('ClusterBlocked=true', 1);
  expect([...rows.keys()]).toEqual(['cluster/stuck']);
  expect(rows.get('cluster/stuck')).toMatchObject({ ClusterPhase: 'Provisioning', ClusterHealthy: 'false', ClusterBlocked: 'true' });
  await ui().open('cluster/stuck', 'user-metadata');
  const details = ui().metadata('Current Details');
  await details.getByRole('heading', { name: 'Blocked' }).waitFor();
  expect(await details.getByText(/^At cluster\/stuck\/machine\/.*init/).innerText()).toMatch(/: kubeadm init \(attempt 3 of 3\)\. KubeadmFailedError, attempt 1:$/);
  const [evidence, commands] = await details.locator('pre').allInnerTexts();
  expect(evidence?.trim()).toBe(complaint);
  expect(commands).toContain('slipway resume cluster/stuck --retry');
  const step = details.getByRole('link', { name: /^cluster\/stuck\/machine\/.*\/init$/ });
  const [stepPage] = await Promise.all([page().waitForEvent('popup'), step.click()]);
  await stepPage.getByRole('heading', { name: /^cluster\/stuck\/machine\/.*\/init$/ }).waitFor();
});

test("a cluster's page tells its operation, who asked, and each Machine", async () => {
  await ui().open('cluster/demo', 'user-metadata');
  const details = ui().metadata('Current Details');
  await details.getByRole('heading', { name: 'demo: Provisioned' }).waitFor();
  expect(await details.getByText('demo-create-1').innerText()).toContain('Succeeded');
  expect(await details.locator('body').innerText()).toContain('Asked for by tester');
  const { machines } = await untilState(env, 'demo', () => true);
  const rows = await details.getByRole('row').allInnerTexts();
  for (const { name, role, address: ip } of machines) {
    const row = rows.find((text) => text.startsWith(name)) ?? '';
    for (const fact of [role, 'Running', ip]) expect(row).toContain(fact);
  }
});

test('while work is under way it tells which steps run and why', async () => {
  await ui().open('cluster/busy', 'user-metadata');
  const steps = ui().metadata('Current Details').getByRole('listitem');
  await steps.first().waitFor();
  const texts = await steps.allInnerTexts();
  expect(texts).toHaveLength(2);
  for (const text of texts) expect(text).toMatch(/^machine\/busy-.*\/provision since .*Z, because Machines are provisioned side by side$/);
});

test("a step's page names its activities by Machine and purpose, and tells its phases", async () => {
  const [id = ''] = (await ui().list('ClusterName="demo" AND WorkflowType="initControlPlane"', 1)).keys();
  const machine = id.split('/')[3] ?? '';
  await ui().open(id);
  for (const phase of ['bootstrap data', 'kubeadm init', 'API server']) await page().getByText(`${machine}: ${phase}`).first().waitFor();
  await ui().open(id, 'user-metadata');
  await ui().metadata('Summary').getByText(`${machine}: init control plane, because the first control-plane Machine starts the cluster`).waitFor();
  await ui().metadata('Details').getByText('For operation demo-create-1 (create), asked for by tester').waitFor();
  await ui().metadata('Current Details').getByRole('heading', { name: 'Done' }).waitFor();
  const phases = await ui().metadata('Current Details').getByRole('row').allInnerTexts();
  expect(phases.find((row) => row.startsWith('kubeadm init'))).toMatch(/ s\s+done$/);
});

test('a request tells who asked', async () => {
  await ui().open('cluster/demo/kubeconfig', 'user-metadata');
  const summary = ui().metadata('Summary').getByText('demo: kubeconfig');
  await summary.waitFor();
  expect(await summary.innerText()).toBe(`demo: kubeconfig, asked for by ${currentActor()}`);
});
