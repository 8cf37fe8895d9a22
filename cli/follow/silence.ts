import { NoWorkerError, TemporalUnreachableError } from '../errors.ts';
import { formatAge } from '../render/age.ts';

/** A server that is restarted is back within this. */
const SERVER_SILENT_MAX_MS = 90_000;
/** So often a silence that lasts is told again where lines are not drawn over. */
const TELL_AGAIN_MS = 30_000;

/** Nobody answers at the moment. */
export type Silence = {
  /** Who does not, and what a person can do about it; the same for as long as that is so. */
  readonly who: 'Temporal' | 'noWorker' | 'slowWorkers';
  readonly forMs: number;
};

/**
 * How long a follower is patient. What it follows does not end because nobody answers: while Temporal
 * does, it goes on, and --timeout bounds it. Without Temporal nothing is known at all, and it gives up.
 */
export class Patience {
  readonly #hasWorker: () => Promise<boolean>;
  #answeredAt = Date.now();
  #serverAnsweredAt = Date.now();

  /** `hasWorker` asks Temporal alone whether any worker polls, and throws where Temporal does not answer. */
  constructor(hasWorker: () => Promise<boolean>) {
    this.#hasWorker = hasWorker;
  }

  answered(): void {
    this.#answeredAt = Date.now();
    this.#serverAnsweredAt = this.#answeredAt;
  }

  /** @throws `error` where it is no silence, or Temporal has been silent for longer than a restart takes */
  async endure(error: unknown): Promise<Silence> {
    if (!(error instanceof TemporalUnreachableError || error instanceof NoWorkerError)) throw error;
    try {
      const who = (await this.#hasWorker()) ? 'slowWorkers' : 'noWorker';
      this.#serverAnsweredAt = Date.now();
      return { who, forMs: this.#serverAnsweredAt - this.#answeredAt };
    } catch (unreachable) {
      const forMs = Date.now() - this.#serverAnsweredAt;
      if (forMs > SERVER_SILENT_MAX_MS) throw unreachable;
      return { who: 'Temporal', forMs };
    }
  }
}

export function describeSilence({ who, forMs }: Silence): string {
  const age = formatAge(forMs);
  switch (who) {
    case 'Temporal':
      return `Temporal has not answered for ${age}; clusters are not affected; asking again`;
    case 'noWorker':
      return `no worker has answered for ${age}, and none is running; start one with "slipway up"; clusters are not affected`;
    case 'slowWorkers':
      return `no worker has answered for ${age}: they are busy, or have just gone; clusters are not affected; asking again`;
  }
}

/** A silence as lines of a log: told when it begins, when it becomes another, and now and then while it lasts. */
export class SilenceLines {
  #told: Silence | undefined;

  /** The line that is due, if one is. */
  next(silence: Silence): string | undefined {
    const told = this.#told;
    if (told?.who === silence.who && silence.forMs - told.forMs < TELL_AGAIN_MS) return undefined;
    this.#told = silence;
    return describeSilence(silence);
  }

  /** Whether a silence was told that is over now. */
  over(): boolean {
    const wasTold = this.#told !== undefined;
    this.#told = undefined;
    return wasTold;
  }
}
