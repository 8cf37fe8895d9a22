import type { DesiredCluster } from '../api/desired-cluster.ts';
import { localHome, prepareHome } from './local/home.ts';
import { withHomeLock } from './local/lock.ts';
import { defaultSimulatorSpeed, ensureSimulator } from './local/simulator.ts';
import type { TemporalSession } from './temporal/session.ts';
import { colorsFor, writeStory } from './terminal.ts';

/**
 * A manifest with backend.inMemory asks for a simulator: where Slipway's own processes are local ones,
 * one is started with the first such cluster. Workers elsewhere bring their own.
 */
export async function startSimulatorFor(session: TemporalSession, desired: DesiredCluster): Promise<void> {
  if (desired.controlPlane.infrastructure.inMemory === undefined || session.target.origin !== 'local') return;
  const home = localHome();
  prepareHome(home);
  const { record, started } = await withHomeLock(home, () => ensureSimulator(home, defaultSimulatorSpeed));
  if (started) writeStory(`${colorsFor(process.stderr).green('✓')} simulator started: ${record.address}, process ${record.pid}`);
}
