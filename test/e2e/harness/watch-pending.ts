import type { Client } from '@temporalio/client';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Collects what Temporal tells of running workflows, again and again until `stop`: heartbeats, last
 * failures and current details are nowhere to be read once an activity has ended well.
 */
export function watchPending(client: Client): { readonly stop: () => Promise<string> } {
  const looks = new Set<string>();
  const abort = new AbortController();
  const look = async (): Promise<void> => {
    for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
      const { raw } = await client.workflow.getHandle(workflowId).describe();
      looks.add(decodeText(raw));
    }
  };
  const watching = (async () => {
    while (!abort.signal.aborted) {
      // A workflow may end between being listed and being asked about.
      await look().catch(() => undefined);
      await delay(100);
    }
  })();
  return {
    async stop() {
      abort.abort();
      await watching;
      return [...looks].join('\n');
    },
  };
}

/** Bytes are shown as the text that they are. */
function decodeText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Uint8Array) return Buffer.from(inner).toString('utf8');
    if (isJsonBuffer(inner)) return Buffer.from(inner.data).toString('utf8');
    return typeof inner === 'bigint' ? String(inner) : inner;
  });
}

/** What Buffer's own toJSON makes of it, before a replacer sees it. */
function isJsonBuffer(value: unknown): value is { readonly type: 'Buffer'; readonly data: readonly number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value && Array.isArray(value.data);
}
