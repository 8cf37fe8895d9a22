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
      `Node ${node} cannot be drained: ${reasons.slice(0, shown).join('; ')}. It is cordoned, and its other Pods are as they were. ` +
        'Change the budgets and retry, or skip the drain.',
    );
  }
}
