import { setTimeout as sleep } from 'node:timers/promises';
import { addonsToCome } from '../../domain/addon-rollout.ts';
import type { ApiAccess, WorkloadCluster } from '../seams/workload-cluster.ts';
import { AddonsNotReadyError } from './errors.ts';

/** kube-proxy's Pods go one after the other, and each may use up its 30 s; a controller that waits for a Pod of a lost Node gives up after five minutes. */
const withoutProgressMs = 10 * 60_000;
const pollMs = 1000;

/**
 * Waits until CoreDNS and kube-proxy are what they were upgraded to, on all Nodes that are reachable: for as
 * long as there is progress.
 * @throws AddonsNotReadyError
 */
export async function waitForAddons(request: {
  readonly workload: Pick<WorkloadCluster, 'listAddonRollouts'>;
  readonly cluster: string;
  readonly access: ApiAccess;
  readonly signal: AbortSignal;
  readonly onProgress: (waitingFor: string) => void;
  /** Of the tests, which have no minutes. */
  readonly patienceMs?: number;
}): Promise<void> {
  const { workload, cluster, access, signal, onProgress, patienceMs = withoutProgressMs } = request;
  let [last, since] = ['', performance.now()];
  for (;;) {
    const toCome = addonsToCome(await workload.listAddonRollouts(access, signal));
    if (toCome.length === 0) return;
    const waitingFor = toCome.join(', ');
    onProgress(waitingFor);
    if (waitingFor !== last) [last, since] = [waitingFor, performance.now()];
    if (performance.now() - since > patienceMs) throw new AddonsNotReadyError(cluster, { toCome, seconds: patienceMs / 1000 });
    await sleep(Math.min(pollMs, patienceMs), undefined, { signal });
  }
}
