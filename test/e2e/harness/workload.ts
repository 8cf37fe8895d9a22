import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { versions } from '../../../node-image/versions.mjs';
import type { Installation } from './installation.ts';
import type { Kubectl } from './kubectl.ts';
import { until } from './until.ts';

/** The image is inside every Machine's image: nothing is pulled. */
const template = (app: string) => ({
  metadata: { labels: { app } },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'probe', image: `slipway.dev/probe:${versions.probe}`, imagePullPolicy: 'IfNotPresent' }],
  },
});

const one = (app: string) => ({ replicas: 1, selector: { matchLabels: { app } }, template: template(app) });

/** One replica of each: a Deployment "guarded", whose budget allows no eviction, and a StatefulSet "stateful". */
export async function applyWorkload(installation: Installation, kubectl: Kubectl): Promise<void> {
  const objects = [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'guarded' }, spec: one('guarded') },
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'guarded' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } } },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'stateful' }, spec: { serviceName: 'stateful', ...one('stateful') } },
  ];
  const file = join(installation.home.root, 'workload.yaml');
  await writeFile(file, objects.map((object) => stringify(object)).join('---\n'));
  await kubectl('apply', '-f', file);
}

const podSchema = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
  spec: z.object({ nodeName: z.string().optional() }),
  status: z.object({ phase: z.string() }),
});

/** Name of the app's Pod that runs on that Machine, once there is one. */
export async function untilPodRuns(kubectl: Kubectl, app: string, machine: string): Promise<string> {
  return until(`a Pod of ${app} on ${machine}`, async () => {
    const list = z.object({ items: z.array(podSchema) }).parse(JSON.parse(await kubectl('get', 'pods', '-l', `app=${app}`, '-o', 'json')));
    const pod = list.items.find(({ metadata, spec, status }) => spec.nodeName === machine && status.phase === 'Running' && metadata.deletionTimestamp === undefined);
    return pod?.metadata.name;
  });
}
