const shown = 5;

/** Objects of a ClusterResourceSet could not be made; those that could are there. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';

  constructor(failed: readonly string[]) {
    const more = failed.length > shown ? ` and ${failed.length - shown} more` : '';
    super(`${failed.length === 1 ? 'an object' : `${failed.length} objects`} could not be made: ${failed.slice(0, shown).join('; ')}${more}`);
  }
}
