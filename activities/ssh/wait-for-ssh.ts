import { setTimeout as delay } from 'node:timers/promises';
import type { CommandRunner, SshTarget } from '../seams/command-runner.ts';
import { SshError, SshTimeoutError } from './errors.ts';

/** Milliseconds between two tries to connect, and two looks at a Machine that is starting. */
const POLL_MS = 200;

/** So long one look may block on the Machine for systemd to finish starting. */
const LOOK_SECONDS = 10;

/** `--wait` returns as systemd's start-up ends; containerd's own start is part of that. */
const LOOK = `echo "systemd=$(timeout ${LOOK_SECONDS} systemctl is-system-running --wait)"
echo "containerd=$(systemctl is-active containerd)"`;

type WaitForSshRequest = {
  readonly runner: CommandRunner;
  readonly target: SshTarget;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Told once for each new thing waited for. */
  readonly onProgress: (waitingFor: string) => void;
};

/**
 * Waits until a Machine answers over SSH, its systemd has finished starting (running or degraded) and
 * containerd is active. Rejects at once where waiting cannot help (a changed host key, a refused key),
 * with SshTimeoutError naming what it waited for when time is up, or with the signal's reason.
 */
export async function waitForSsh({ runner, target, signal, timeoutMs, onProgress }: WaitForSshRequest): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let waitingFor = '';
  let lastError: unknown;
  const report = (what: string): void => {
    if (what !== waitingFor) {
      waitingFor = what;
      onProgress(what);
    }
  };

  report(`sshd at ${target.host}:${target.port}`);
  for (;;) {
    const left = deadline - performance.now();
    if (left <= 0) {
      throw new SshTimeoutError({ target, waitedFor: waitingFor, timeoutMs, outcome: 'unchanged', cause: lastError });
    }
    try {
      const lookMs = Math.min(left, (LOOK_SECONDS + 5) * 1000);
      const { stdout } = await runner.run(target, LOOK, { signal, timeoutMs: lookMs });
      const missing = whatIsMissing(stdout);
      if (missing === undefined) {
        return;
      }
      report(missing);
    } catch (error) {
      if (!(error instanceof SshError) || !error.retryable) {
        throw error;
      }
      lastError = error;
    }
    await delay(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Undefined when all is there. The states are systemctl(1)'s. */
function whatIsMissing(stdout: string): string | undefined {
  const stateOf = (unit: string): string => new RegExp(`^${unit}=(.+)$`, 'm').exec(stdout)?.[1] ?? 'unknown';
  const [systemd, containerd] = [stateOf('systemd'), stateOf('containerd')];
  if (systemd !== 'running' && systemd !== 'degraded') {
    return `systemd to finish starting (now ${systemd})`;
  }
  return containerd === 'active' ? undefined : `containerd to be active (now ${containerd})`;
}
