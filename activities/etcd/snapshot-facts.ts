import { z } from 'zod';
import type { TakenSnapshot } from '../seams/etcd-snapshots.ts';

/** What etcdutl 3.5 and 3.6 print of a snapshot; the hash is a number of 32 bits. */
const statusSchema = z.object({ hash: z.number(), revision: z.number(), totalKey: z.number() });
const endpointSchema = z.array(z.object({ Status: z.object({ version: z.string() }) })).min(1);
const measured = z.string().regex(/^\d+ [0-9a-f]{64}$/);

/** The lines of takeSnapshotScript, read. undefined where one is missing or is not as it should be. */
export function parseSnapshotFacts(output: string, machine: string): TakenSnapshot | undefined {
  const facts = new Map(output.split('\n').map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
  const status = statusSchema.safeParse(json(facts.get('status')));
  const endpoint = endpointSchema.safeParse(json(facts.get('endpoint')));
  const [snapshot, files] = ['etcd-snapshot.db', 'control-plane-files.tar'].map((part) => measured.safeParse(facts.get(part)).data?.split(' '));
  const version = endpoint.data?.[0]?.Status.version;
  if (!status.success || version === undefined || snapshot === undefined || files === undefined) return undefined;
  const { hash, revision, totalKey } = status.data;
  return {
    etcd: { version, machine, revision, hash: hash.toString(16).padStart(8, '0'), totalKeys: totalKey, bytes: Number(snapshot[0]), sha256: snapshot[1] ?? '' },
    files: { bytes: Number(files[0]), sha256: files[1] ?? '' },
  };
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
