import type { Command } from 'commander';
import type { InstallationDescription } from '../../workflows/contracts.ts';
import { localHome, prepareHome } from '../local/home.ts';
import { withHomeLock } from '../local/lock.ts';
import { parsePort } from '../local/ports.ts';
import { prepareNamespace } from '../local/prepare-namespace.ts';
import type { ProcessRecord } from '../local/process-record.ts';
import { ensureTemporalServer } from '../local/temporal-server.ts';
import { ensureWorker } from '../local/worker.ts';
import { openSession } from '../temporal/session.ts';
import { resolveTarget } from '../temporal/target.ts';
import { colorsFor, writeStory } from '../terminal.ts';

type UpFlags = { readonly port?: string; readonly uiPort?: string };

export function registerUp(command: Command): void {
  command
    .description(
      "Starts Temporal's dev server (with its Web UI) and a worker on this host, and waits until both answer.\n" +
        'What runs already is left as it is. With TEMPORAL_ADDRESS set, or a profile that names one, only the worker is started.',
    )
    .option('--port <port>', "port of Temporal's server (SLIPWAY_TEMPORAL_PORT, default 7233)")
    .option('--ui-port <port>', 'port of its Web UI (SLIPWAY_UI_PORT, default 8233)')
    .action(async (flags: UpFlags) => {
      const ended = await bringUp(flags);
      writeStory('');
      writeStory(`Web UI:   ${ended.webUi ?? 'that of your Temporal server'}`);
      writeStory('Next:     slipway apply -f examples/demo.yaml');
      writeStory('          slipway status');
    });
}

export type RunningInstallation = { readonly installation: InstallationDescription; readonly webUi: string | undefined };

/** Temporal and a worker, running and seen to answer; tells on stderr what it started. */
export async function bringUp(flags: UpFlags): Promise<RunningInstallation> {
  const home = localHome();
  prepareHome(home);
  const port = parsePort(flags.port ?? process.env['SLIPWAY_TEMPORAL_PORT'] ?? '7233', '--port');
  const uiPort = parsePort(flags.uiPort ?? process.env['SLIPWAY_UI_PORT'] ?? '8233', '--ui-port');
  return withHomeLock(home, async () => {
    const configured = resolveTarget().origin === 'environment';
    const server = configured ? undefined : await ensureTemporalServer({ home, port, uiPort });
    if (server !== undefined) tell("Temporal's server", server);
    const session = await openSession(resolveTarget());
    try {
      await prepareNamespace(session, { retain: server !== undefined });
      const worker = await ensureWorker(home, session);
      tell('worker', worker);
      const { installation } = worker;
      const versions = installation.kubernetesVersions.join(', ');
      writeStory(`  Docker ${installation.dockerVersion}, machine images for ${versions === '' ? 'no version yet: npm run setup' : versions}`);
      return { installation, webUi: server?.record.webUi };
    } finally {
      await session.connection.close();
    }
  });
}

function tell(what: string, process_: { readonly record: ProcessRecord; readonly started: boolean }): void {
  const { record, started } = process_;
  const colors = colorsFor(process.stderr);
  const state = started ? 'started' : 'runs already';
  writeStory(`${colors.green('✓')} ${what} ${state}: ${record.address}, process ${record.pid} ${colors.dim(`(log: ${record.log})`)}`);
}
