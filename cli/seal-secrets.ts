import type { DesiredCluster } from '../api/desired-cluster.ts';
import { sealText } from '../api/sealed-text.ts';
import { mapSecrets } from '../api/secrets.ts';
import { describeInstallation } from './local/worker.ts';
import type { TemporalSession } from './temporal/session.ts';

const INSTALLATION_TIMEOUT_MS = 60_000;

/** Secrets leave this process sealed to the store's key; a manifest without any needs no key. */
export async function sealSecrets(session: TemporalSession, desired: DesiredCluster): Promise<DesiredCluster> {
  let found = false;
  mapSecrets(desired, (value) => {
    found ||= 'plain' in value;
    return value;
  });
  if (!found) return desired;
  const { sealingKey } = await describeInstallation(session, INSTALLATION_TIMEOUT_MS);
  return mapSecrets(desired, (value) => ('plain' in value ? { sealed: sealText(sealingKey, value.plain, 'manifest') } : value));
}
