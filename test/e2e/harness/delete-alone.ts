import { expect } from 'vitest';
import { installationObjects, noObjects } from './docker.ts';
import { expectGone } from './expect-sound.ts';
import type { Installation } from './installation.ts';
import { countClaims } from './store.ts';

/** Deletes the only cluster of its installation: nothing is left of it, and nothing claimed. */
export async function deleteAlone(installation: Installation, cluster: string): Promise<void> {
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 180_000 });
  await expectGone(installation, cluster);
  expect(await installationObjects(await installation.storeId())).toEqual(noObjects);
  expect(await countClaims(installation)).toEqual({ ports: 0, subnets: 0 });
}
