import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { z } from 'zod';
import { createSimulatorClient } from '../../../activities/simulator/client.ts';
import { createClock } from '../../../simulator/clock.ts';
import { writePrivately } from '../../../simulator/saved-state.ts';
import { createSimulatorServer } from '../../../simulator/server.ts';
import { Simulator } from '../../../simulator/simulator.ts';
import { describeMachineProvider } from '../../contract/seams/machine-provider.contract.ts';
import { describeRunningCluster } from '../../contract/seams/running-cluster.contract.ts';
import { describeUpgrade } from '../../contract/seams/upgrade.contract.ts';
import { createContractWorld } from '../../contract/seams/world.ts';

const texts = z.record(z.string(), z.string());
const simulatedNode = z.object({
  name: z.string(),
  labels: texts,
  annotations: texts,
  taints: z.array(z.object({ key: z.string(), value: z.string().exactOptional(), effect: z.string() })).default([]),
});

/** What the real parts are held to in test/contract/seams/docker.test.ts. */
describe('simulated', () => {
  const clock = createClock({ speed: 200, start: Date.now() });
  const token = 'x'.repeat(64);
  const server = createSimulatorServer({ simulator: new Simulator(clock), clock, token });
  let folder = '';
  let simulatorAccess = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-simulator-'));
    simulatorAccess = join(folder, 'access.json');
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    writePrivately(simulatorAccess, JSON.stringify({ address: `http://127.0.0.1:${port}`, token, pid: process.pid }));
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });

  const create = async () => {
    const client = createSimulatorClient({ accessFile: simulatorAccess });
    return createContractWorld({
      inMemory: true,
      simulatorAccess,
      powerOff: async ({ uid }, { name }) => {
        await client.call('control/setPower', { cluster: uid, machine: name, on: false }, { signal: AbortSignal.timeout(5000), answer: z.null() });
      },
      readNode: async ({ uid }, name) => {
        const { nodes } = await client.call('control/read', { cluster: uid }, { signal: AbortSignal.timeout(5000), answer: z.object({ nodes: z.array(simulatedNode) }) });
        const node = nodes.find((candidate) => candidate.name === name);
        if (node === undefined) throw new Error(`there is no Node ${name}`);
        return node;
      },
    });
  };
  describeMachineProvider(create);
  describeRunningCluster(create);
  describeUpgrade(create);
});
