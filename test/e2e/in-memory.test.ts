import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { installationObjects, noObjects } from './harness/docker.ts';
import { useInstallation } from './harness/use-installation.ts';

const installed = useInstallation('in-memory');
const example = join(import.meta.dirname, '../../examples/in-memory.yaml');

async function machines(): Promise<readonly string[]> {
  const output = await installed().succeed(['get', 'machines', '-o', 'name']);
  return output.trim().split('\n').filter((line) => line !== '').toSorted();
}

test('the example: apply starts the simulator and makes 3 + 3, and nothing of it is in Docker', async () => {
  const installation = installed();
  expect(existsSync(join(installation.home.run, 'simulator.json'))).toBe(false);
  await installation.succeed(['apply', '--yes', '-f', example], { timeoutMs: 120_000 });
  expect(await machines()).toHaveLength(6);
  expect(await installation.succeed(['describe', 'cluster', 'in-memory'])).toMatch(/KubeadmControlPlane\/in-memory-control-plane +3\/3/);
  expect(await installation.succeed(['status'])).toMatch(/simulator +yes +runs/);
  expect(await installationObjects(await installation.storeId())).toEqual(noObjects);
});

test('down and up again: the same Machines, seen live; they scale in both directions', async () => {
  const installation = installed();
  const before = await machines();
  await installation.succeed(['down']);
  expect(JSON.parse(readFileSync(join(installation.home.root, 'simulator-state.json'), 'utf8'))).toMatchObject({ schemaVersion: 1 });
  await installation.up();
  expect(await machines()).toEqual(before);
  expect(await installation.succeed(['describe', 'cluster', 'in-memory'])).toMatch(/KubeadmControlPlane\/in-memory-control-plane +3\/3/);
  for (const replicas of ['5', '1']) {
    await installation.succeed(['scale', 'kubeadmcontrolplane/in-memory-control-plane', '--replicas', replicas, '--yes'], { timeoutMs: 120_000 });
    expect(await installation.succeed(['describe', 'cluster', 'in-memory'])).toMatch(new RegExp(`in-memory-control-plane +${replicas}/${replicas}`));
  }
});

test('delete leaves nothing, and down ends the simulator', async () => {
  const installation = installed();
  await installation.succeed(['delete', 'cluster', 'in-memory', '--yes'], { timeoutMs: 60_000 });
  expect(await machines()).toEqual([]);
  await installation.succeed(['down']);
  expect(existsSync(join(installation.home.run, 'simulator.json'))).toBe(false);
  await installation.up();
});
