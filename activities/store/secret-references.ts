import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { collectSecrets } from '../../api/secrets.ts';
import { PlainSecretError } from './errors.ts';

/**
 * Records are not encrypted: people read them, and copies of them travel. So a secret may stand
 * in them only as a reference.
 * @throws PlainSecretError naming the field, never its value.
 */
export function assertReferencesOnly(desired: DesiredCluster): void {
  const unreferenced = collectSecrets(desired).filter(({ value }) => !('ref' in value));
  if (unreferenced.length === 0) return;
  throw new PlainSecretError(
    `the record of cluster ${desired.name} was not stored: it holds a secret where only a reference may stand ` +
      `(${unreferenced.map(({ path }) => path).join('; ')}). Store the secrets first, then the record.`,
  );
}
