import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { docker } from './docker.ts';

const eventSchema = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).default({}) }),
});

/** Seconds since 1970, with a fraction, by the engine's own clock, which may be another host's. */
export async function engineTime(): Promise<number> {
  const { SystemTime } = z.object({ SystemTime: z.string() }).parse(await docker.info());
  return Date.parse(SystemTime) / 1000;
}

/**
 * What the engine did for a cluster in that time, "container create demo-cp-x2f9": also what was gone
 * again before anybody could have listed it. The engine remembers its last 256 events.
 */
export async function readEngineEvents(request: {
  readonly since: number;
  readonly until: number;
  readonly cluster: string;
}): Promise<readonly string[]> {
  const { since, until, cluster } = request;
  const stream = await docker.getEvents({ since, until });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(stream, { writable: false });
  const lines = Buffer.concat(chunks).toString('utf8').split('\n').filter((line) => line.trim() !== '');
  return lines
    .map((line) => eventSchema.parse(JSON.parse(line)))
    .filter(({ Actor }) => Object.values(Actor.Attributes).some((value) => value.includes(cluster)))
    .map(({ Type, Action, Actor }) => `${Type} ${Action} ${Actor.Attributes['name'] ?? Actor.ID}`);
}
