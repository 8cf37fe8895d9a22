import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { renderChart } from './render-chart.ts';
import type { CreateResults } from './results.ts';

/** Draws a run of bench:create: `npm run bench:chart -- bench/results/DATE-create.json docs/speed.svg` */
const [from = '', to = 'docs/speed.svg'] = process.argv.slice(2);

const path = z.object({ totalMs: z.number(), outsideMs: z.number(), phases: z.array(z.object({ phase: z.string(), ms: z.number() })) });
const round = z.object({ byHand: z.number(), slipway: z.number(), delete: z.number(), path, load: z.number() });
const schema: z.ZodType<CreateResults> = z.object({
  date: z.string(),
  machine: z.object({ cores: z.number(), memoryGiB: z.number(), kernel: z.string(), docker: z.string() }),
  kubernetes: z.string(),
  sizes: z.array(z.object({ size: z.string(), rounds: z.array(round) })),
  workerMemory: z.object({ empty: z.number(), most: z.number() }),
  idleTasksPerMinute: z.number().exactOptional(),
});

await writeFile(to, renderChart(schema.parse(JSON.parse(await readFile(from, 'utf8')))));
process.stderr.write(`written: ${to}\n`);
