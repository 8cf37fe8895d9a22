import type { Command } from 'commander';
import type { InstallationDescription } from '../../workflows/contracts.ts';
import { UsageError } from '../errors.ts';
import { localHome, prepareHome, type LocalHome } from '../local/home.ts';
import { withHomeLock } from '../local/lock.ts';
import { parsePort } from '../local/ports.ts';
import { prepareNamespace } from '../local/prepare-namespace.ts';
import { readRecord, type ProcessRecord } from '../local/process-record.ts';
import { defaultSimulatorSpeed, ensureSimulator, hasSavedClusters } from '../local/simulator.ts';
import { ensureTemporalServer } from '../local/temporal-server.ts';
import { ensureWorker } from '../local/worker.ts';
import { openSession } from '../temporal/session.ts';
import { resolveTarget } from '../temporal/target.ts';
import { colorsFor, writeStory } from '../terminal.ts';

type UpFlags = { readonly port?: string; readonly uiPort?: string; readonly simulator?: boolean; readonly simulatorSpeed?: string };

export function registerUp(command: Command): void {
  command
    .description(
      "Starts Temporal's dev server (with its Web UI) and a worker on this host, and waits until both answer.\n" +
        'What runs already is left as it is. With TEMPORAL_ADDRESS set, or a profile that names one, only the worker is started.',
    )
    .option('--port <port>', "port of Temporal's server (SLIPWAY_TEMPORAL_PORT, default 7233)")
    .option('--ui-port <port>', 'port of its Web UI (SLIPWAY_UI_PORT, default 8233)')
    .option('--simulator', 'also start the simulator, for clusters with backend.inMemory; apply starts it when it is needed')
    .option('--simulator-speed <factor>', `how many times faster time passes in it (default ${defaultSimulatorSpeed})`)
    .action(async (flags: UpFlags) => {
      const ended = await bringUp(flags);
      writeStory('');
      writeStory(`Web UI:   ${ended.webUi ?? 'that of your Temporal server'}`);
      writeStory('Next:     slipway create cluster NAME');
      writeStory('          slipway status');
    });
}

export type RunningInstallation = { readonly installation: InstallationDescription; readonly webUi: string | undefined };

/** Temporal and a worker, running and seen to answer; tells on stderr what it started. */
export async function bringUp(flags: UpFlags): Promise<RunningInstallation> {
  const home = localHome();
  prepareHome(home);
  const { port, uiPort } = choosePorts(home, flags);
  return withHomeLock(home, async () => {
    const configured = resolveTarget().origin === 'environment';
    const server = configured ? undefined : await ensureTemporalServer({ home, port, uiPort });
    if (server !== undefined) tell("Temporal's server", server);
    const session = await openSession(resolveTarget());
    try {
      await prepareNamespace(session, { retain: server !== undefined });
      const worker = await ensureWorker(home, session);
      tell('worker', worker);
      if (flags.simulator === true || flags.simulatorSpeed !== undefined || hasSavedClusters(home)) {
        tell('simulator', await ensureSimulator(home, parseSpeed(flags.simulatorSpeed ?? defaultSimulatorSpeed)));
      }
      const { installation } = worker;
      const versions = installation.kubernetesVersions.join(', ');
      writeStory(`  Docker ${installation.dockerVersion}, machine images for ${versions === '' ? 'no version yet: slipway setup' : versions}`);
      return { installation, webUi: server?.record.webUi };
    } finally {
      await session.connection.close();
    }
  });
}

/** A server that was killed comes back where its worker and others look for it. */
function choosePorts(home: LocalHome, flags: UpFlags): { readonly port: number; readonly uiPort: number } {
  const { SLIPWAY_TEMPORAL_PORT, SLIPWAY_UI_PORT } = process.env;
  const last = readRecord(home, 'temporal');
  const port = flags.port ?? SLIPWAY_TEMPORAL_PORT ?? last?.address.split(':').at(-1) ?? '7233';
  const uiPort = flags.uiPort ?? SLIPWAY_UI_PORT ?? last?.webUi?.split(':').at(-1) ?? '8233';
  return { port: parsePort(port, '--port'), uiPort: parsePort(uiPort, '--ui-port') };
}

function parseSpeed(text: string): string {
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text) && Number(text) > 0) return text;
  throw new UsageError({ what: `--simulator-speed: "${text}" is no factor; use a number above 0 and below 10000` });
}

function tell(what: string, process_: { readonly record: ProcessRecord; readonly started: boolean }): void {
  const { record, started } = process_;
  const colors = colorsFor(process.stderr);
  const state = started ? 'started' : 'runs already';
  writeStory(`${colors.green('✓')} ${what} ${state}: ${record.address}, process ${record.pid} ${colors.dim(`(log: ${record.log})`)}`);
}
