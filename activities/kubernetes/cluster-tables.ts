import { request, type RequestOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { ClusterTables } from '../seams/cluster-tables.ts';
import type { createApiClients } from './api-client.ts';

const timeoutMs = 10_000;
const accept = 'application/json;as=Table;g=meta.k8s.io;v=v1';

const tableSchema = z.object({
  kind: z.literal('Table'),
  columnDefinitions: z.array(z.object({ name: z.string() })),
  rows: z.array(
    z.object({
      cells: z.array(z.unknown()),
      object: z.object({ metadata: z.object({ namespace: z.string().optional() }).optional() }).optional(),
    }),
  ),
});

export class KubernetesTableError extends Error {
  override readonly name = 'KubernetesTableError';
}

/** As kubectl does it: the server is asked for a table, and knows the columns of every kind. */
export function createClusterTables(clientsOf: ReturnType<typeof createApiClients>): ClusterTables {
  return {
    async list(access, path, signal) {
      const { config } = await clientsOf(access);
      const options: RequestOptions = { headers: { accept }, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) };
      await config.applyToHTTPSOptions(options);
      const { status, body } = await get(`${access.server}${path}`, options);
      if (status !== 200) throw new KubernetesTableError(`${path}: the API server answered with status ${status}`);
      const table = tableSchema.parse(JSON.parse(body));
      const namespaced = table.rows.some(({ object }) => object?.metadata?.namespace !== undefined);
      return {
        columns: [...(namespaced ? ['Namespace'] : []), ...table.columnDefinitions.map(({ name }) => name)],
        rows: table.rows.map(({ cells, object }) => [...(namespaced ? [object?.metadata?.namespace ?? ''] : []), ...cells.map(cellText)]),
      };
    },
  };
}

function cellText(cell: unknown): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell);
}

function get(url: string, options: RequestOptions): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      buffer(response).then((bytes) => resolve({ status: response.statusCode ?? 0, body: bytes.toString('utf8') }), reject);
    });
    sent.once('error', reject);
    sent.end();
  });
}
