/** A volume that a Node has attached, as VolumeAttachments and the Node's status name it. */
export type AttachedVolume = {
  readonly name: string;
  /** "namespace/name" of the PersistentVolumeClaim, where one is bound to it. */
  readonly claim?: string;
};

export type VolumeDetachFacts = {
  readonly attached: readonly AttachedVolume[];
  /** Claims of Pods that the drain leaves where they are: their volumes stay attached as long as the Node is there. */
  readonly claimsOfLeftPods: readonly string[];
  readonly reachable: boolean;
  readonly elapsedMs: number;
  /** nodeVolumeDetachTimeout; 0 and absent: no limit, as in Cluster API. */
  readonly timeoutMs?: number;
  /** A person said that it has been waited long enough. */
  readonly cutShort?: boolean;
};

export type VolumeDetachDecision =
  | { readonly action: 'done'; readonly reasons: readonly string[] }
  | { readonly action: 'wait'; readonly waitingFor: readonly string[]; readonly reasons: readonly string[] }
  /** The Machine goes although these are attached: what has to force them off is the infrastructure's end. */
  | { readonly action: 'giveUp'; readonly left: readonly string[]; readonly reasons: readonly string[] };

/**
 * Is it time to delete the Machine as far as its volumes go? Nothing is waited for where the kubelet
 * that would unmount them does not answer (Cluster API machine_controller.go, shouldWaitForNodeVolumes);
 * nor for volumes of Pods that a drain leaves alone.
 */
export function decideVolumeDetach(facts: VolumeDetachFacts): VolumeDetachDecision {
  const { attached, claimsOfLeftPods, reachable, elapsedMs, timeoutMs = 0, cutShort = false } = facts;
  const waitingFor = attached.filter(({ claim }) => claim === undefined || !claimsOfLeftPods.includes(claim)).map(describe);
  if (waitingFor.length === 0) {
    return { action: 'done', reasons: [attached.length === 0 ? 'no volume is attached' : 'only volumes of Pods that stay are attached'] };
  }
  if (!reachable) return { action: 'giveUp', left: waitingFor, reasons: ['its Node does not answer: nobody would detach them'] };
  if (cutShort) return { action: 'giveUp', left: waitingFor, reasons: ['the wait was cut short'] };
  if (timeoutMs > 0 && elapsedMs >= timeoutMs) return { action: 'giveUp', left: waitingFor, reasons: [`nodeVolumeDetachTimeout of ${timeoutMs / 1000} s is over`] };
  return { action: 'wait', waitingFor, reasons: ['volumes are attached yet'] };
}

function describe({ name, claim }: AttachedVolume): string {
  return claim === undefined ? name : `${name} (PersistentVolumeClaim ${claim})`;
}
