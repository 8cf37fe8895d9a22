/** The simulator's process does not answer. What it simulates is unchanged. */
export class SimulatorUnreachableError extends Error {
  override readonly name = 'SimulatorUnreachableError';
}

/**
 * What the simulator refused, under the name of the error that the real part would throw: retries and
 * evidence then treat both alike.
 */
export class SimulatedRefusalError extends Error {
  override readonly name: string;

  constructor(refused: { readonly name: string; readonly message: string }) {
    super(refused.message);
    this.name = refused.name;
  }
}

/** A simulated Machine has no shell, no journal and no files. */
export class NotSimulatedError extends Error {
  override readonly name = 'NotSimulatedError';

  constructor(machine: string, what: string) {
    super(`Machine ${machine} is simulated: ${what}. Nothing was changed.`);
  }
}
