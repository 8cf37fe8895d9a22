import type { EtcdSnapshot } from './state.ts';

/** What takeSnapshot has given away, read again; undefined where it is something else. */
export function parseSnapshot(text: string): EtcdSnapshot | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isSnapshot(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** It came under a checksum: its shape alone tells it from a snapshot of a real etcd. */
function isSnapshot(value: unknown): value is EtcdSnapshot {
  return typeof value === 'object' && value !== null && 'revision' in value && 'values' in value && 'nodes' in value && 'workloads' in value;
}
