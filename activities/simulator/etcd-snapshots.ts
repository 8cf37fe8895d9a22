import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SshTarget } from '../seams/command-runner.ts';
import type { EtcdSnapshots } from '../seams/etcd-snapshots.ts';
import type { SimulatorClient } from './client.ts';
import { SimulatedRefusalError } from './errors.ts';

const snapshot = z.looseObject({ revision: z.number(), values: z.record(z.string(), z.string()), nodes: z.array(z.unknown()), workloads: z.unknown() });
const blockBytes = 512;
/** Of the SHA-256 at the end. */
const digestBytes = 32;
/** Nothing is on a simulated Machine's disk. */
const noFiles = Buffer.alloc(2 * blockBytes);

/** What version a snapshot says that no etcd can restore. */
export const simulatedEtcdVersion = 'simulated';

/** Snapshots of the simulated etcd: JSON, padded and followed by its SHA-256 as etcd's own are. */
export function createSimulatedEtcdSnapshots(client: SimulatorClient): EtcdSnapshots {
  const isThere = async (to: SshTarget, id: string, signal: AbortSignal): Promise<boolean> => {
    try {
      await client.call('readSnapshot', { ...at(to), id }, { signal, answer: snapshot });
      return true;
    } catch (error) {
      if (error instanceof SimulatedRefusalError && error.name === 'SnapshotFailedError') return false;
      throw error;
    }
  };
  return {
    async take(via, { id }, { signal }) {
      const taken = await client.call('takeSnapshot', { ...at(via), id }, { signal, answer: snapshot });
      const bytes = encode(taken);
      const sha256 = digest(bytes);
      const etcd = { version: simulatedEtcdVersion, machine: via.machine, revision: taken.revision, hash: sha256.slice(0, 8), totalKeys: Object.keys(taken.values).length, bytes: bytes.length, sha256 };
      return { etcd, files: { bytes: noFiles.length, sha256: digest(noFiles) } };
    },
    async read(via, { id, part }, { signal, onChunk }) {
      const taken = await client.call('readSnapshot', { ...at(via), id }, { signal, answer: snapshot });
      await onChunk(part === 'etcd-snapshot.db' ? encode(taken) : noFiles);
    },
    async deliver(to, { id, content }, signal) {
      if (await isThere(to, id, signal)) return;
      const pieces: Uint8Array[] = [];
      for await (const piece of content()) pieces.push(piece);
      const bytes = Buffer.concat(pieces);
      const text = bytes.subarray(0, Math.max(0, bytes.length - digestBytes)).toString();
      await client.call('deliverSnapshot', { ...at(to), id, snapshot: text }, { signal, answer: z.null() });
    },
    async discard(via, { id }, signal) {
      await client.call('discardSnapshot', { ...at(via), id }, { signal, answer: z.null() });
    },
  };
}

function encode(value: z.output<typeof snapshot>): Buffer {
  const json = Buffer.from(JSON.stringify(value));
  const padded = Buffer.concat([json, Buffer.alloc((blockBytes - (json.length % blockBytes)) % blockBytes, ' ')]);
  return Buffer.concat([padded, createHash('sha256').update(padded).digest()]);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function at(via: SshTarget) {
  return { cluster: via.clusterUid, machine: via.machine };
}
