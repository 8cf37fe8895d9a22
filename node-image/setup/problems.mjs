// @ts-check
/** Circumstances that stop set-up, each with its exit code and with words for what to do. */
import { isCheckout } from '../checkout.mjs';

/** Exit codes of `node node-image/setup.mjs`. docs/setup.md explains them to users. */
export const exitCodes = Object.freeze({
  ok: 0,
  /** `--check` found something missing. */
  incomplete: 1,
  usage: 2,
  unsupportedSystem: 10,
  docker: 11,
  go: 12,
  disk: 13,
  registry: 14,
  busy: 15,
  step: 16,
  checksum: 17,
  browser: 18,
  cancelled: 130,
});

/** Something outside of Slipway's control is wrong, and a person can put it right. */
export class SetupProblem extends Error {
  /**
   * @param {{code: number, what: string, unchanged: string, next: readonly string[], cause?: unknown}} problem what
   *   failed and where; what was left as it was; what to do, one step a line
   */
  constructor({ code, what, unchanged, next, cause }) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = 'SetupProblem';
    this.code = code;
    this.unchanged = unchanged;
    this.next = next;
  }

  /** The whole story, for a terminal. */
  render() {
    return [
      `error: ${this.message}`,
      `  unchanged: ${this.unchanged}`,
      ...this.next.map((line, index) => `  ${index === 0 ? 'next:' : '     '}      ${line}`),
    ].join('\n');
  }
}

/** How this command is run again. */
export const again = isCheckout ? 'npm run setup' : 'slipway setup';

/** What its flags are put behind. */
export const withFlags = isCheckout ? `${again} --` : again;

/**
 * @param {string} what
 * @param {readonly string[]} next
 */
export function dockerProblem(what, next) {
  return new SetupProblem({
    code: exitCodes.docker,
    what,
    unchanged: 'nothing was installed or started',
    next: [...next, `then run: ${again}`],
  });
}

/**
 * @param {{found: string | undefined, minimum: string, parts: readonly string[]}} facts
 */
export function goProblem({ found, minimum, parts }) {
  return new SetupProblem({
    code: exitCodes.go,
    what:
      `${found === undefined ? 'Go is not installed' : `Go ${found} is too old`}, and these must be built: ` +
      `${parts.join(', ')} (Go ${minimum} or later)`,
    unchanged: 'nothing was built or started',
    next: [
      `install Go ${minimum} or later and put it on PATH (check: go version), or`,
      'let Docker pull images: then it is built in a container',
      `then run: ${again}`,
    ],
  });
}

/**
 * @param {{where: string, freeBytes: number, neededBytes: number, purpose: string}} facts
 */
export function diskProblem({ where, freeBytes, neededBytes, purpose }) {
  return new SetupProblem({
    code: exitCodes.disk,
    what: `${where} has ${gigabytes(freeBytes)} free, and ${purpose} needs ${gigabytes(neededBytes)}`,
    unchanged: 'nothing was built or started',
    next: [
      'free some space (docker image prune, go clean -cache), or',
      'point SLIPWAY_CACHE, GOCACHE and GOMODCACHE at a larger disk',
      `then run: ${again}`,
    ],
  });
}

/**
 * @param {{registry: string, evidence: string}} facts
 */
export function registryProblem({ registry, evidence }) {
  return new SetupProblem({
    code: exitCodes.registry,
    what: `${registry} refused or did not answer: ${evidence}`,
    unchanged: 'what was built before is kept; nothing else was changed',
    next: ['check the network, the proxy settings and the mirror that this client uses', `then run: ${again}`],
  });
}

/**
 * @param {{step: string, evidence: string, log: string, cause?: unknown}} facts
 */
export function stepProblem({ step, evidence, log, cause }) {
  return new SetupProblem({
    code: exitCodes.step,
    what: `${step} failed: ${evidence}`,
    unchanged: 'finished parts are kept; the unfinished one leaves nothing behind',
    next: [`the whole output: ${log}`, `to go on from here: ${again}`],
    cause,
  });
}

/** @param {number} bytes */
function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
