import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { slipwayHome } from '../node-image/tool-paths.mjs';

const schema = z.object({
  SLIPWAY_STORE: z.string().min(1).optional(),
  SLIPWAY_HOST: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a DNS label')
    .optional(),
  SLIPWAY_METRICS_ADDRESS: z.string().optional(),
  SLIPWAY_SIMULATOR: z.string().min(1).optional(),
});

export type WorkerConfig = {
  /** Folder of the store. */
  readonly store: string;
  readonly storeKeyFile: string;
  /** Name of this provider host; part of its task queue's name. */
  readonly host: string;
  readonly identity: string;
  /** File in which the simulator says where it listens; it is there only while one runs. */
  readonly simulatorAccess: string;
  /** host:port for Prometheus; none unless set. */
  readonly metricsAddress?: string;
};

/** The worker's whole configuration; throws with every problem named. */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(`the worker's environment is not right:\n${z.prettifyError(parsed.error)}`);
  const { SLIPWAY_STORE, SLIPWAY_HOST, SLIPWAY_METRICS_ADDRESS, SLIPWAY_SIMULATOR } = parsed.data;
  const home = slipwayHome(env);
  return {
    store: SLIPWAY_STORE ?? join(home, 'store'),
    storeKeyFile: join(home, 'keys', 'store.json'),
    host: SLIPWAY_HOST ?? 'local',
    simulatorAccess: SLIPWAY_SIMULATOR ?? join(home, 'run', 'simulator-access.json'),
    identity: `slipway@${hostname()}:${process.pid}`,
    ...(SLIPWAY_METRICS_ADDRESS === undefined ? {} : { metricsAddress: SLIPWAY_METRICS_ADDRESS }),
  };
}
