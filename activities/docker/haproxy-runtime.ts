import type Dockerode from 'dockerode';
import { parseServersState, type SlotState } from '../../domain/network/haproxy-backends.ts';
import { haproxyBackendName, haproxyPaths, haproxySlots, readSlotNames } from '../../domain/network/haproxy-config.ts';
import { LoadBalancerError } from './errors.ts';
import { execInContainer } from './exec.ts';

export type HaproxyObservation = {
  readonly slots: readonly SlotState[];
  /** Machine's name by slot, as the configuration has it. */
  readonly names: ReadonlyMap<string, string>;
};

const separator = '----slipway----';

/** Commands of one line are carried out one after the other before the answer comes. */
const script = [
  'set -eu',
  'cat "$CONFIG"',
  `echo; echo '${separator}'`,
  'printf "%s\\n" "$COMMANDS" | socat -t 5 - "UNIX-CONNECT:$SOCKET"',
].join('\n');

type Haproxy = { readonly docker: Dockerode; readonly container: Dockerode.Container; readonly name: string };

/**
 * Speaks to the running HAProxy through its socket: gives it the commands, if any, then asks how
 * each slot stands.
 * @throws LoadBalancerError where the answer is not that of a HAProxy with our configuration
 */
export async function talkToHaproxy(haproxy: Haproxy, commands: readonly string[], signal: AbortSignal): Promise<HaproxyObservation> {
  const output = await execInContainer({
    ...haproxy,
    what: `speak to HAProxy in ${haproxy.name}`,
    command: ['/bin/sh', '-c', script],
    variables: {
      CONFIG: haproxyPaths.config,
      SOCKET: haproxyPaths.socket,
      COMMANDS: [...commands, `show servers state ${haproxyBackendName}`].join('; '),
    },
    signal,
  });
  const [config = '', answer = ''] = output.split(`${separator}\n`);
  const slots = parseServersState(answer);
  if (slots.length === haproxySlots.length) return { slots, names: readSlotNames(config) };
  throw new LoadBalancerError(
    `${haproxy.name}: HAProxy's answer names ${slots.length} servers, not ${haproxySlots.length}: ${answer.trim().slice(0, 500)}. ` +
      'Existing connections go on. Look at its log with `docker logs`; the step can be retried.',
  );
}
