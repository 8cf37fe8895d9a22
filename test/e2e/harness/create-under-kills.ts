import { expect } from 'vitest';
import { deleteAlone } from './delete-alone.ts';
import { expectSound } from './expect-sound.ts';
import { activityTypes, dumpHistories, listOpenWorkflows } from './histories.ts';
import { countUnitStarts } from './inside-machine.ts';
import type { Installation } from './installation.ts';
import type { Interruption } from './interruptions.ts';
import { typesOfLostAttempts } from './lost-attempts.ts';
import { writeManifest } from './manifest.ts';
import { countClaims } from './store.ts';
import { walkKills } from './walk-kills.ts';

const MINUTE = 60_000;

export type Size = { readonly controlPlanes: number; readonly workers: number };

/**
 * A cluster is created although its worker is killed again and again: every kill happens, Temporal tells of each, and
 * nothing is made twice. It is deleted afterwards.
 * @returns types of the activities that the create was made of
 */
export async function createUnderKills(installation: Installation, size: Size, kills: readonly Interruption[]): Promise<readonly string[]> {
  const cluster = installation.clusterName('kw');
  const manifest = await writeManifest(installation, { cluster, ...size });
  const reached = await walkKills(installation, kills, () =>
    installation.succeed(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 18 * MINUTE }),
  );
  expect(reached.map(({ type }) => type).toSorted()).toEqual(kills.map(({ type }) => type).toSorted());
  const client = await installation.temporal();
  const histories = await dumpHistories(client, `cluster/${cluster}`);
  const lost = typesOfLostAttempts(histories);
  expect(kills.filter(({ type }) => !lost.has(type))).toEqual([]);
  expect(await listOpenWorkflows(client)).toEqual([`cluster/${cluster}`]);

  const { machines } = await expectSound(installation, cluster);
  expect(machines).toHaveLength(size.controlPlanes + size.workers);
  const starts = await Promise.all(machines.map(({ name }) => countUnitStarts(name, 'slipway-kubeadm-')));
  // A control plane joins in three commands; the first one is initialized in one.
  const commands = machines.map(({ role }, index) => (role === 'control-plane' && index > 0 ? 3 : 1));
  expect(starts.toSorted((a, b) => a - b)).toEqual(commands.toSorted((a, b) => a - b));
  // A port each for SSH, and one for the API; a subnet.
  expect(await countClaims(installation)).toEqual({ ports: machines.length + 1, subnets: 1 });
  await deleteAlone(installation, cluster);
  return activityTypes(histories);
}
