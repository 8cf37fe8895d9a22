import { z } from 'zod';
import type { EvictionAnswer } from '../../domain/drain/drain-pod.ts';

const statusSchema = z.object({
  message: z.string().default(''),
  details: z.object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).default([]) }).optional(),
});

/**
 * What a refused eviction says. Of a budget that allows no disruption the API server answers 429 with
 * the cause DisruptionBudget, whose message begins "The disruption budget NAME needs …"; where two
 * match it answers 500 (kubernetes pkg/registry/core/pod/storage/eviction.go).
 */
export function readEvictionRefusal(code: number, body: unknown): EvictionAnswer {
  const status = statusSchema.safeParse(readJson(body));
  const message = status.success ? status.data.message : `status ${code}`;
  if (code === 429) {
    const causes = status.success ? (status.data.details?.causes ?? []) : [];
    const texts = [message, ...causes.map((cause) => cause.message ?? '')];
    const budgets = new Set(texts.flatMap((text) => [...text.matchAll(/disruption budget (\S+)/g)].map(([, name = '']) => name)));
    // Without a budget it is the API server that has too much to do.
    return budgets.size === 0 ? { kind: 'failed', message: `${code}: ${message}` } : { kind: 'refused', budgets: [...budgets], message };
  }
  if (code === 500 && message.includes('more than one PodDisruptionBudget')) return { kind: 'several', message };
  return { kind: 'failed', message: `${code}: ${message}` };
}

function readJson(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
