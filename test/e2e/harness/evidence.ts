import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execInside, installationObjects } from './docker.ts';
import { decodePayloads, dumpHistories } from './histories.ts';
import type { Installation } from './installation.ts';

const output = fileURLToPath(new URL('../../../test-output/', import.meta.url));

/**
 * Saves what a failed test leaves to look at, before it is removed: logs, each cluster's description,
 * every history, the Machines' journals. Each part on its own: one that cannot be had costs none of the others.
 */
export async function saveEvidence(installation: Installation): Promise<string> {
  const folder = join(output, `${installation.name}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  await mkdir(folder, { recursive: true });
  const save = async (name: string, make: () => Promise<string>): Promise<void> => {
    try {
      await writeFile(join(folder, name), await make());
    } catch (error) {
      await writeFile(join(folder, `${name}.missing`), String(error));
    }
  };
  await save('logs.txt', async () => {
    await cp(installation.home.logs, join(folder, 'logs'), { recursive: true });
    return `copied from ${installation.home.logs}\n`;
  });
  await save('commands.txt', async () => installation.transcript.map(describeCommand).join('\n'));
  await save('clusters.txt', async () => (await installation.run(['get', 'clusters', '-o', 'yaml'], { timeoutMs: 30_000 })).stdout);
  await save('status.txt', async () => (await installation.run(['status'], { timeoutMs: 30_000 })).stdout);
  const names = await installation.run(['get', 'clusters', '-o', 'name'], { timeoutMs: 30_000 });
  for (const name of names.stdout.split('\n').filter((line) => line.startsWith('cluster/'))) {
    await save(`${name.replace('/', '-')}.txt`, async () => {
      const { stdout, stderr } = await installation.run(['describe', name, '--show-conditions', 'all'], { timeoutMs: 60_000 });
      return stdout + stderr;
    });
  }
  await save('histories.json', async () => JSON.stringify(decodePayloads(await dumpHistories(await installation.temporal())), undefined, 1));
  const { containers } = await installationObjects(await installation.storeId());
  for (const container of containers) {
    await save(`${container}.journal.txt`, async () => (await execInside(container, 'journalctl --no-pager -n 1500 || cat /etc/slipway/haproxy.cfg')).stdout);
  }
  return folder;
}

function describeCommand({ args, code, stdout, stderr }: Installation['transcript'][number]): string {
  return `$ slipway ${args.join(' ')}\n${stdout}${stderr}exit code ${code}\n`;
}
