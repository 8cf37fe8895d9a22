import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { SavedState } from './simulator.ts';

/** The outside of it: what is inside a cluster is of this version, or of another. */
const shape = z.object({
  schemaVersion: z.literal(1),
  now: z.number(),
  clusters: z.array(z.looseObject({ uid: z.string(), name: z.string(), at: z.number(), machines: z.array(z.looseObject({})) })),
  deleted: z.array(z.string()),
});

const savedState = z.custom<SavedState>((value) => shape.safeParse(value).success);

/** Undefined where nothing was saved. @throws Error where the file is not what a simulator saves */
export function readState(path: string): SavedState | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const parsed = savedState.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not what a simulator of this version saves. Nothing was started; move it away to start with no clusters.`);
}

/** Whole or not at all, and for its user alone. */
export function writePrivately(path: string, content: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${content}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
