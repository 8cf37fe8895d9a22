import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createSimulatorClient, type SimulatorClient } from '../../../activities/simulator/client.ts';
import { createClusterRecords, type ClusterRecords } from '../../../activities/store/cluster-records.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import type { Store } from '../../../activities/seams/store.ts';
import { startSimulator } from '../simulator-process.ts';
import { workflowBundle } from '../temporal.ts';
import { keepWorker, type KeptWorker } from './keep-worker.ts';

/** Milliseconds that a Machine takes become some; what is due after seconds still comes in its order. */
const speed = 50;

/** An installation without a command line: Temporal, the simulator, a store and one worker process at a time. */
export type MatrixWorld = {
  readonly env: TestWorkflowEnvironment;
  readonly simulator: SimulatorClient;
  readonly worker: KeptWorker;
  readonly store: Store;
  readonly records: ClusterRecords;
  /** To which secrets of manifests are sealed. */
  readonly sealingKey: string;
  readonly remove: () => Promise<void>;
};

export async function createMatrixWorld(env: TestWorkflowEnvironment): Promise<MatrixWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-fault-matrix-'));
  const accessFile = join(folder, 'simulator-access.json');
  const simulation = await startSimulator(accessFile, speed);
  const simulator = createSimulatorClient({ accessFile });
  const worker = await keepWorker({
    folder,
    bundle: workflowBundle().codePath,
    env: { SLIPWAY_HOME: folder, SLIPWAY_SIMULATOR: accessFile, TEMPORAL_ADDRESS: env.address, TEMPORAL_NAMESPACE: 'default' },
  });
  const store = await openFileStore(join(folder, 'store'));
  const box = createSecretBox(await loadStoreKey(join(folder, 'keys', 'store.json')));
  return {
    env,
    simulator,
    worker,
    store,
    records: createClusterRecords(store),
    sealingKey: box.publicKey,
    remove: async () => {
      await worker.stop();
      simulator.close();
      await simulation.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
