import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parseDestination, type DestinationConfig } from '../activities/backup/destination-config.ts';
import { slipwayHome } from '../node-image/tool-paths.mjs';

/** Who reads a log reads its errors: a password in an address would be in them. */
const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
  .refine((text) => !URL.canParse(text) || (new URL(text).username === '' && new URL(text).password === ''), 'must hold no user and no password: use SLIPWAY_WEBHOOK_TOKEN_FILE');

const schema = z.object({
  SLIPWAY_STORE: z.string().min(1).optional(),
  SLIPWAY_HOST: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'must be a DNS label')
    .optional(),
  SLIPWAY_METRICS_ADDRESS: z.string().optional(),
  SLIPWAY_SIMULATOR: z.string().min(1).optional(),
  SLIPWAY_BACKUPS: z.string().min(1).optional(),
  SLIPWAY_WEBHOOK_URL: webAddress.optional(),
  SLIPWAY_WEBHOOK_TOKEN_FILE: z.string().min(1).optional(),
  SLIPWAY_WEB_UI: webAddress.optional(),
});

export type WorkerConfig = {
  /** Folder of the store. */
  readonly store: string;
  readonly storeKeyFile: string;
  /** Name of this provider host; part of its task queue's name. */
  readonly host: string;
  /** Where backups go. */
  readonly backups: DestinationConfig;
  readonly identity: string;
  /** File in which the simulator says where it listens; it is there only while one runs. */
  readonly simulatorAccess: string;
  /** host:port for Prometheus; none unless set. */
  readonly metricsAddress?: string;
  /** Where people are told of what they must know; nobody is unless set. */
  readonly webhook?: { readonly url: string; readonly tokenFile?: string };
  /** Address of Temporal's Web UI, for links. */
  readonly webUi?: string;
};

/** The worker's whole configuration; throws with every problem named. */
export function readWorkerConfig(env: NodeJS.ProcessEnv): WorkerConfig {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(`the worker's environment is not right:\n${z.prettifyError(parsed.error)}`);
  const { SLIPWAY_STORE, SLIPWAY_HOST, SLIPWAY_METRICS_ADDRESS, SLIPWAY_SIMULATOR, SLIPWAY_WEB_UI: webUi, SLIPWAY_BACKUPS } = parsed.data;
  const home = slipwayHome(env);
  return {
    store: SLIPWAY_STORE ?? join(home, 'store'),
    storeKeyFile: join(home, 'keys', 'store.json'),
    host: SLIPWAY_HOST ?? 'local',
    backups: SLIPWAY_BACKUPS === undefined ? { kind: 'directory', path: join(home, 'backups'), create: true } : parseDestination(SLIPWAY_BACKUPS),
    simulatorAccess: SLIPWAY_SIMULATOR ?? join(home, 'run', 'simulator-access.json'),
    identity: `slipway@${hostname()}:${process.pid}`,
    ...webhookOf(parsed.data),
    ...(webUi === undefined ? {} : { webUi: webUi.replace(/\/+$/, '') }),
    ...(SLIPWAY_METRICS_ADDRESS === undefined ? {} : { metricsAddress: SLIPWAY_METRICS_ADDRESS }),
  };
}

function webhookOf({ SLIPWAY_WEBHOOK_URL: url, SLIPWAY_WEBHOOK_TOKEN_FILE: tokenFile }: z.output<typeof schema>): Pick<WorkerConfig, 'webhook'> {
  if (url === undefined) return {};
  return { webhook: { url, ...(tokenFile === undefined ? {} : { tokenFile }) } };
}
