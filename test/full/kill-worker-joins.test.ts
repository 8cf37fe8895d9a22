import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { expectGone, expectSound } from '../e2e/harness/expect-sound.ts';
import { activityTypes, dumpHistories } from '../e2e/harness/histories.ts';
import { countUnitStarts } from '../e2e/harness/inside-machine.ts';
import type { Interruption } from '../e2e/harness/interruptions.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';
import { walkKills } from '../e2e/harness/walk-kills.ts';

const MINUTE = 60_000;
const installed = useInstallation('kill-worker-joins');
const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));

const inJoins = { signal: 'SIGKILL', inWorkflow: '/join' } as const;
const kills: readonly Interruption[] = [
  { ...inJoins, type: 'waitForHealthyMembers', place: 'after', afterMs: 0 },
  { ...inJoins, inWorkflow: '/prepare', type: 'writeBootstrapData', place: 'after', afterMs: 0 },
  // etcd has a learner about then: of all moments of a create the one with most to lose.
  { ...inJoins, type: 'runKubeadm', place: 'during', afterMs: 400 + (seed % 2000) },
  { ...inJoins, type: 'setBackends', place: 'before', afterMs: 0 },
  { ...inJoins, type: 'waitForNode', place: 'during', afterMs: 200 },
  { ...inJoins, type: 'labelNode', place: 'after', afterMs: 0 },
];

test('control planes join although the worker is killed inside every activity of a join', async () => {
  const installation = installed();
  note(`seed ${seed} (SLIPWAY_TEST_SEED repeats it)`);
  const cluster = installation.clusterName('kj');
  const manifest = await writeManifest(installation, { cluster, controlPlanes: 3, workers: 0 });
  const reached = await walkKills(installation, kills, () =>
    installation.succeed(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 12 * MINUTE }),
  );
  const joins = (await dumpHistories(await installation.temporal(), `cluster/${cluster}`)).filter(({ type }) => type === 'joinMachine' || type === 'prepareControlPlane');
  expect(reached.map(({ type }) => type).toSorted()).toEqual(activityTypes(joins));
  const { machines } = await expectSound(installation, cluster);
  const starts = await Promise.all(machines.map(({ name }) => countUnitStarts(name, 'slipway-kubeadm-')));
  // A join is three commands: preparation, etcd member, API server.
  expect(starts.toSorted((a, b) => a - b)).toEqual([1, 3, 3]);
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 3 * MINUTE });
  await expectGone(installation, cluster);
}, 20 * MINUTE);
