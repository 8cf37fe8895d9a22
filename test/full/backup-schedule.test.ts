import { appendFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { until } from '../e2e/harness/until.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';

const MINUTE = 60_000;
const installed = useInstallation('schedule');
const listSchema = z.object({ items: z.array(z.object({ id: z.string(), origin: z.string(), createdAt: z.string() })) });
const scheduleSchema = z.object({ cron: z.string(), pausedNow: z.boolean(), source: z.string(), scheduleId: z.string(), next: z.array(z.string()) });

test('a BackupSchedule of the manifest backs a real cluster up by itself, and is seen, paused and triggered', async () => {
  const installation = installed();
  const cluster = installation.clusterName('sched');
  const manifest = await writeManifest(installation, { cluster, workers: 0 });
  const wanted = { apiVersion: 'slipway.dev/v1alpha1', kind: 'BackupSchedule', metadata: { name: 'by-the-minute' }, spec: { clusterName: cluster, schedule: '* * * * *', keep: { last: 2, hourly: 0, daily: 0 }, maxAge: '3m' } };
  await appendFile(manifest, `---\n${stringify(wanted)}`);
  await installation.succeed(['apply', '-f', manifest, '--yes'], { timeoutMs: 5 * MINUTE });
  const list = async () => listSchema.parse(JSON.parse(await installation.succeed(['backup', 'list', cluster, '-o', 'json']))).items;
  const change = async (...flags: readonly string[]) => scheduleSchema.parse(JSON.parse(await installation.succeed(['backup', 'schedule', cluster, ...flags, '-o', 'json'])));
  const newestAfter = (id: string | undefined) =>
    until(`a scheduled backup after ${id ?? 'none'}`, async () => (await list()).find((backup) => backup.origin === 'scheduled' && backup.id > (id ?? '')), { timeoutMs: 3 * MINUTE, everyMs: 1000 });

  const first = await newestAfter(undefined);
  note(`${first.id}, by itself, ${new Date(first.createdAt).getUTCSeconds()} s after the minute`);
  await installation.succeed(['backup', 'verify', cluster, first.id]);
  const schedule = await change();
  expect(schedule).toMatchObject({ cron: '* * * * *', pausedNow: false, source: 'manifest' });
  expect(schedule.next.length).toBeGreaterThan(0);

  // Temporal's own, which its Web UI shows.
  const temporal = await installation.temporal();
  const handle = temporal.schedule.getHandle(schedule.scheduleId);
  expect(schedule.scheduleId).toBe(`cluster/${cluster}/backup-schedule`);
  expect((await handle.describe()).info.numActionsTaken).toBeGreaterThan(0);
  const listed: string[] = [];
  for await (const { scheduleId } of temporal.schedule.list()) listed.push(scheduleId);
  expect(listed).toEqual([schedule.scheduleId]);

  expect(await change('--pause')).toMatchObject({ pausedNow: true });
  expect((await handle.describe()).state.paused).toBe(true);
  const quietSince = await until('what was under way', async () => ((await handle.describe()).info.runningActions.length === 0 ? (await list())[0]?.id : undefined));
  await new Promise((resolve) => setTimeout(resolve, 65_000));
  expect((await list())[0]?.id).toBe(quietSince);

  // Triggered by a person it comes although the clock is stopped; the two newest stay.
  await change('--trigger');
  const triggered = await newestAfter(quietSince);
  expect(await change('--resume')).toMatchObject({ pausedNow: false });
  const last = await newestAfter(triggered.id);
  const kept = await until('the older ones to be removed', async () => {
    const now = await list();
    return now.length === 2 ? now : undefined;
  }, { timeoutMs: MINUTE });
  expect(kept.every(({ id }) => id >= triggered.id)).toBe(true);
  expect(last.id > triggered.id).toBe(true);

  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 3 * MINUTE });
  await expect(handle.describe()).rejects.toThrow(/not found/i);
}, 15 * MINUTE);
