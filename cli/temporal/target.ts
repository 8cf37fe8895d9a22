import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { SetupError } from '../errors.ts';
import { localHome } from '../local/home.ts';
import { readRecord } from '../local/process-record.ts';

export const defaultAddress = '127.0.0.1:7233';

/** Which Temporal server this command talks to, and how that was decided. */
export type TemporalTarget = {
  readonly address: string;
  readonly namespace: string;
  /**
   *  environment  Temporal's own configuration: TEMPORAL_ADDRESS, a profile in its TOML file
   *  local        the server that `slipway up` started
   *  default      neither: 127.0.0.1:7233
   */
  readonly origin: 'environment' | 'local' | 'default';
  readonly connection: ClientConnectConfig['connectionOptions'];
};

/** @throws SetupError where Temporal's configuration file cannot be read. */
export function resolveTarget(env: NodeJS.ProcessEnv = process.env): TemporalTarget {
  const config = loadConfig();
  const namespace = config.namespace ?? 'default';
  const configured = config.connectionOptions.address;
  if (configured !== undefined) {
    return { address: configured, namespace, origin: 'environment', connection: config.connectionOptions };
  }
  // Also where that server has been killed: it comes back at the same address.
  const local = readRecord(localHome(env), 'temporal');
  const address = local?.address ?? defaultAddress;
  return {
    address,
    namespace,
    origin: local === undefined ? 'default' : 'local',
    connection: { ...config.connectionOptions, address },
  };
}

function loadConfig(): ClientConnectConfig {
  try {
    return loadClientConnectConfig();
  } catch (cause) {
    throw new SetupError({
      what: `Temporal's client configuration cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      unchanged: 'nothing was sent',
      next: ['check TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the file that they name'],
      cause,
    });
  }
}
