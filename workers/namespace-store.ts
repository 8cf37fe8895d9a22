import type { Connection } from '@temporalio/client';

const storeKey = 'slipway-store';

export class ForeignStoreError extends Error {
  override readonly name = 'ForeignStoreError';
}

/**
 * One namespace, one store: the store's ID is written into the namespace's own data by the first
 * worker, and a worker with another store refuses to start. Clusters would else be managed by a
 * worker that knows neither their keys nor their machines.
 */
export async function claimNamespace(request: {
  readonly connection: Connection;
  readonly namespace: string;
  readonly storeId: string;
}): Promise<void> {
  const { connection, namespace, storeId } = request;
  const description = await connection.workflowService.describeNamespace({ namespace });
  const owner = description.namespaceInfo?.data?.[storeKey];
  if (owner === storeId) return;
  if (owner !== undefined && owner !== null && owner !== '') {
    throw new ForeignStoreError(
      `Temporal's namespace ${namespace} belongs to store ${owner}, and this worker is configured with store ${storeId}. ` +
        'Nothing was started. Set SLIPWAY_STORE to the store that the namespace was made with, or use another namespace.',
    );
  }
  await connection.workflowService.updateNamespace({ namespace, updateInfo: { data: { [storeKey]: storeId } } });
}
