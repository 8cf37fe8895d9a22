import { nameOf } from './decide-drain.ts';
import { decideVolumeDetach, type AttachedVolume } from './decide-volume-detach.ts';
import type { DrainPod } from './drain-pod.ts';

/** Three rounds of Kubernetes' own collector of Pods, which looks every 20 s (kubernetes podgc gc_controller.go). */
export const releaseTimeoutMs = 60_000;

export type ReleaseDecision =
  | { readonly action: 'done' }
  | { readonly action: 'wait'; readonly waitingFor: readonly string[] }
  | { readonly action: 'giveUp'; readonly left: readonly string[] };

/**
 * Has Kubernetes let go of what was on a Node that is out of service? It forgets Pods that are ending
 * and detaches their volumes only as long as there is a Node that says so: deleted at once, its Pods
 * would stay for most of a minute and its volumes for six, and a StatefulSet makes no Pod anew before.
 * What Kubernetes does not do in a minute it does after that, more slowly: nothing more is waited for.
 */
export function decideRelease(facts: { readonly pods: readonly DrainPod[]; readonly attached: readonly AttachedVolume[]; readonly elapsedMs: number }): ReleaseDecision {
  const { pods, attached, elapsedMs } = facts;
  const ending = pods.filter((pod) => pod.deletingSince !== undefined && !pod.mirror);
  const claimsOfLeftPods = pods.filter((pod) => !ending.includes(pod)).flatMap(({ claims = [] }) => claims);
  const volumes = decideVolumeDetach({ attached, claimsOfLeftPods, reachable: true, elapsedMs });
  const left = [...ending.map((pod) => `${nameOf(pod)} to be forgotten`), ...(volumes.action === 'wait' ? volumes.waitingFor.map((volume) => `${volume} to be detached`) : [])];
  if (left.length === 0) return { action: 'done' };
  return elapsedMs >= releaseTimeoutMs ? { action: 'giveUp', left } : { action: 'wait', waitingFor: left };
}
