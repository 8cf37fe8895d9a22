import { setTimeout as delay } from 'node:timers/promises';
import { GeneralError } from '../errors.ts';
import type { Kubectl } from './kubectl.ts';

const namespace = 'slipway-demo';
const serviceName = 'probe.slipway-demo.svc.cluster.local';
const PROOF_TIMEOUT_MS = 120_000;

export type NetworkProof = {
  readonly service: string;
  readonly requests: number;
  /** Pod that asked, and the machine that it is on. */
  readonly from: { readonly pod: string; readonly node: string };
  /** Machines that answered. */
  readonly answeredBy: readonly string[];
};

/**
 * Deploys the workload and lets one of its Pods ask the Service by its DNS name until Pods on both
 * machines have answered: cluster DNS, Services and traffic between machines are at work.
 * @throws GeneralError where that does not happen in two minutes.
 */
export async function proveNetwork(kubectl: Kubectl, workload: string): Promise<NetworkProof> {
  await kubectl(['apply', '-f', workload]);
  await kubectl(['-n', namespace, 'rollout', 'status', 'deployment/probe', '--timeout=180s'], 190_000);
  const pods = await listPods(kubectl);
  const [asker] = pods;
  const nodes = new Set(pods.map(({ node }) => node));
  if (asker === undefined || nodes.size < 2) {
    throw new GeneralError({ what: `the demo's Pods run on ${nodes.size} machines, not on two`, where: `namespace ${namespace}` });
  }
  const answered = new Set<string>();
  const deadline = Date.now() + PROOF_TIMEOUT_MS;
  let lastError: unknown;
  for (let requests = 1; Date.now() < deadline; requests += 1) {
    try {
      answered.add(await askOnce(kubectl, asker.pod));
    } catch (error) {
      // CoreDNS may still be starting.
      lastError = error;
      await delay(500);
    }
    if (answered.size >= nodes.size) return { service: serviceName, requests, from: asker, answeredBy: [...answered].sort() };
  }
  throw new GeneralError({
    what: `asked ${serviceName}, only ${answered.size} of ${nodes.size} machines answered`,
    where: `Pod ${asker.pod} on ${asker.node}`,
    ...(lastError instanceof GeneralError && lastError.facts.evidence !== undefined ? { evidence: lastError.facts.evidence } : {}),
  });
}

/** Answers the name of the machine whose Pod took the request. */
async function askOnce(kubectl: Kubectl, pod: string): Promise<string> {
  const answer: unknown = JSON.parse(await kubectl(['-n', namespace, 'exec', pod, '--', '/probe', 'fetch', `http://${serviceName}/`], 20_000));
  if (typeof answer === 'object' && answer !== null && 'node' in answer && typeof answer.node === 'string') return answer.node;
  throw new GeneralError({ what: 'the probe answered something else than its identity' });
}

async function listPods(kubectl: Kubectl): Promise<readonly { readonly pod: string; readonly node: string }[]> {
  const columns = 'custom-columns=POD:.metadata.name,NODE:.spec.nodeName';
  const lines = await kubectl(['-n', namespace, 'get', 'pods', '-l', 'app=probe', '--field-selector=status.phase=Running', '--no-headers', '-o', columns]);
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [pod = '', node = ''] = line.trim().split(/\s+/);
      return { pod, node };
    })
    .filter(({ node }) => node !== '');
}
