const shown = 5;

/** Objects of a ClusterResourceSet could not be made; those that could are there. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';

  constructor(failed: readonly string[]) {
    const more = failed.length > shown ? ` and ${failed.length - shown} more` : '';
    super(`${failed.length === 1 ? 'an object' : `${failed.length} objects`} could not be made: ${failed.slice(0, shown).join('; ')}${more}`);
  }
}

/** A Node cannot be emptied, however often it is asked for: nothing more was evicted. */
export class DrainImpossibleError extends Error {
  override readonly name = 'DrainImpossibleError';

  constructor(node: string, reasons: readonly string[]) {
    super(
      `Node ${node} cannot be drained: ${reasons.slice(0, shown).map((reason) => reason.replace(/\.$/, '')).join('; ')}. It is cordoned, and its other Pods are as they were. ` +
        'Change the budgets and retry, or skip the drain.',
    );
  }
}

/** The add-ons were upgraded, and their Pods do not come: waiting longer would not say more. */
export class AddonsNotReadyError extends Error {
  override readonly name = 'AddonsNotReadyError';

  constructor(cluster: string, { toCome, seconds }: { readonly toCome: readonly string[]; readonly seconds: number }) {
    super(
      `the add-ons of cluster ${cluster} are upgraded, and were not rolled out: ${toCome.slice(0, shown).join('; ')}, unchanged for ${seconds} s. ` +
        'Control planes are of the new version, workers are as they were. See what keeps the Pods: kubectl -n kube-system get pods -o wide -l "k8s-app in (kube-proxy, kube-dns)". Then retry, or skip the wait.',
    );
  }
}
