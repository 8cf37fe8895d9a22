import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { versions } from '../../../node-image/versions.mjs';
import type { Installation } from './installation.ts';
import type { Kubectl } from './kubectl.ts';

/** Kubernetes' default: what load balancers ask to know whether a Node serves NodePorts. */
export const kubeProxyHealthPort = 10256;

const app = 'web';
const labels = { app };

/**
 * A Service as somebody would run it who cares for each request: two replicas on two workers, a budget
 * that lets one of them go at a time, readiness, and an end that waits until nobody sends anything more.
 */
const objects = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          affinity: {
            podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } }] },
          },
          terminationGracePeriodSeconds: 15,
          containers: [
            {
              name: 'probe',
              // Inside every Machine's image: nothing is pulled.
              image: `slipway.dev/probe:${versions.probe}`,
              imagePullPolicy: 'IfNotPresent',
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
            },
          ],
        },
      },
    },
  },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: app }, spec: { minAvailable: 1, selector: { matchLabels: labels } } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: app }, spec: { type: 'NodePort', selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
];

/** By this name Pods ask it. */
export const serviceUrl = `http://${app}.default.svc.cluster.local/`;

/** Waits until both replicas are ready. @returns the port at which every Node serves it */
export async function applyServedWorkload(installation: Installation, kubectl: Kubectl): Promise<number> {
  const file = join(installation.home.root, 'served-workload.yaml');
  await writeFile(file, objects.map((object) => stringify(object)).join('---\n'));
  await kubectl('apply', '-f', file);
  await kubectl('rollout', 'status', `deployment/${app}`, '--timeout=50s');
  return Number(await kubectl('get', 'service', app, '-o', 'jsonpath={.spec.ports[0].nodePort}'));
}
