import { z } from 'zod';
import type { WorkloadObject } from '../../simulator/protocol.ts';

const metadata = z.object({ name: z.string(), namespace: z.string().default('default') });
const anyObject = z.object({ kind: z.string(), metadata: z.object({ name: z.string(), namespace: z.string().default('') }) });
const podSpec = z.object({
  terminationGracePeriodSeconds: z.number().default(30),
  nodeName: z.string().optional(),
  volumes: z.array(z.looseObject({ emptyDir: z.unknown().optional() })).default([]),
});
const labels = z.record(z.string(), z.string()).default({});
const controller = z.object({
  kind: z.enum(['Deployment', 'DaemonSet']),
  metadata,
  spec: z.object({ replicas: z.number().default(1), template: z.object({ metadata: z.object({ labels }).prefault({}), spec: podSpec }) }),
});
const pod = z.object({ kind: z.literal('Pod'), metadata: metadata.extend({ labels }), spec: podSpec });
const budget = z.object({
  kind: z.literal('PodDisruptionBudget'),
  metadata,
  spec: z.object({ selector: z.object({ matchLabels: labels }), minAvailable: z.number().optional(), maxUnavailable: z.number().optional() }),
});

/** What the simulator acts on of an object of Kubernetes; undefined for a value that is none. */
export function readWorkloadObject(value: unknown): WorkloadObject | undefined {
  const controlled = controller.safeParse(value).data;
  if (controlled !== undefined) {
    const { kind, spec } = controlled;
    return { kind, ...controlled.metadata, replicas: spec.replicas, labels: spec.template.metadata.labels, ...podFacts(spec.template.spec) };
  }
  const single = pod.safeParse(value).data;
  if (single !== undefined) {
    const { nodeName } = single.spec;
    const { labels: own, ...names } = single.metadata;
    return { kind: 'Pod', ...names, replicas: 1, labels: own, ...podFacts(single.spec), ...(nodeName === undefined ? {} : { node: nodeName }) };
  }
  const guard = budget.safeParse(value).data;
  if (guard !== undefined) {
    const { selector, minAvailable, maxUnavailable } = guard.spec;
    return {
      kind: 'PodDisruptionBudget',
      ...guard.metadata,
      selector: selector.matchLabels,
      ...(minAvailable === undefined ? {} : { minAvailable }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    };
  }
  const other = anyObject.safeParse(value).data;
  return other === undefined ? undefined : { kind: 'Other', of: other.kind, ...other.metadata };
}

function podFacts(spec: z.output<typeof podSpec>) {
  return { emptyDir: spec.volumes.some((volume) => volume.emptyDir !== undefined), graceSeconds: spec.terminationGracePeriodSeconds };
}
