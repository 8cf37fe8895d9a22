import { CancellationScope, isCancellation } from '@temporalio/workflow';

/** Phases of one step that a person chose to leave out: known when it starts, or told while it runs. */
export class SkippedPhases {
  readonly #names: Set<string>;
  #running: { readonly name: string; readonly scope: CancellationScope } | undefined;

  constructor(names: readonly string[] = []) {
    this.#names = new Set(names);
  }

  add(name: string): void {
    this.#names.add(name);
    if (this.#running?.name === name) this.#running.scope.cancel();
  }

  async unlessSkipped(name: string, work: () => Promise<unknown>): Promise<void> {
    if (this.#names.has(name)) return;
    const scope = new CancellationScope();
    this.#running = { name, scope };
    try {
      await scope.run(work);
    } catch (error) {
      // The step itself may have been cancelled: that is not a phase left out.
      if (!isCancellation(error) || !this.#names.has(name)) throw error;
    } finally {
      this.#running = undefined;
    }
  }
}
