// @ts-check
/** Tells a person what set-up does and how far it is: one line that changes on a terminal, plain lines elsewhere. */

/** How often a long step reports without a terminal. */
const reminderMs = 30_000;
const redrawMs = 200;

/**
 * @typedef {object} Output
 * @property {(text: string) => unknown} write
 * @property {boolean} [isTTY]
 * @property {number} [columns]
 */

export class Progress {
  /** @type {number} */ #done = 0;
  /** @type {number} */ #total;
  /** @type {Output} */ #output;
  /** @type {() => number} */ #now;
  /** @type {number} */ #started;

  /**
   * @param {{total: number, output?: Output, now?: () => number}} options
   */
  constructor({ total, output = process.stderr, now = () => performance.now() }) {
    this.#total = total;
    this.#output = output;
    this.#now = now;
    this.#started = now();
  }

  /** Milliseconds since the start. */
  elapsed() {
    return this.#now() - this.#started;
  }

  /**
   * Runs one step and tells of it.
   * @template T
   * @param {string} title
   * @param {(detail: (text: string) => void) => Promise<T>} work may report what it is at
   * @returns {Promise<T>}
   */
  async step(title, work) {
    this.#done += 1;
    const head = `[${this.#done}/${this.#total}] ${title}`;
    const started = this.#now();
    let detail = '';
    const shown = () => `${head}${detail === '' ? '' : `: ${detail}`} (${seconds(this.#now() - started)})`;
    const terminal = this.#output.isTTY === true;
    if (!terminal) this.line(head);
    const timer = terminal
      ? setInterval(() => this.#redraw(shown()), redrawMs)
      : setInterval(() => this.line(shown()), reminderMs);
    try {
      const result = await work((text) => {
        detail = text;
      });
      if (terminal) this.#redraw('');
      this.line(`${head}: done in ${seconds(this.#now() - started)}`);
      return result;
    } catch (error) {
      if (terminal) this.#redraw('');
      this.line(`${head}: failed after ${seconds(this.#now() - started)}`);
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  /** @param {string} text */
  line(text) {
    this.#output.write(`${text}\n`);
  }

  /** @param {string} text */
  #redraw(text) {
    this.#output.write(`\r\u001b[K${text.slice(0, (this.#output.columns ?? 80) - 1)}`);
  }
}

/**
 * 0.4s, 12s, 2m05s.
 * @param {number} ms
 */
export function seconds(ms) {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)}s`;
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, '0')}s`;
}
