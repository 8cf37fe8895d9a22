import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { createUnderKills } from '../e2e/harness/create-under-kills.ts';
import { deleteAlone } from '../e2e/harness/delete-alone.ts';
import { activityTypes, dumpHistories } from '../e2e/harness/histories.ts';
import { chooseKills, inMidstOfKubeadm } from '../e2e/harness/interruptions.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';

const MINUTE = 60_000;
const installed = useInstallation('kill-worker-everywhere');
const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));
const size = { controlPlanes: 3, workers: 1 };

test('a create finishes although its worker is killed inside every activity type that a create in peace shows', async () => {
  const installation = installed();
  const cluster = installation.clusterName('ref');
  await installation.succeed(['apply', '--yes', '-f', await writeManifest(installation, { cluster, ...size })], { timeoutMs: 6 * MINUTE });
  const types = activityTypes(await dumpHistories(await installation.temporal(), `cluster/${cluster}`));
  await deleteAlone(installation, cluster);

  const kills = chooseKills({ types, always: inMidstOfKubeadm, count: types.length, seed });
  note(`seed ${seed} (SLIPWAY_TEST_SEED repeats it): ${kills.map(({ type, place }) => `${place} ${type}`).join(', ')}`);
  expect(await createUnderKills(installation, size, kills)).toEqual(expect.arrayContaining([...types]));
}, 28 * MINUTE);
