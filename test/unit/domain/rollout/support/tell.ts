import type { DesiredCluster } from '../../../../../api/desired-cluster.ts';
import type { Amount } from '../../../../../api/rollout-settings.ts';
import { currentOperation } from '../../../../../domain/cluster-state.ts';
import { isStaying } from '../../../../../domain/machine.ts';
import { resolveAmounts } from '../../../../../domain/rollout/resolve-amount.ts';
import type { Wait } from '../../../../../domain/plan-parts.ts';
import { outdatedControlPlanes, outdatedWorkers } from '../../../../../domain/rollout/rollout-turn.ts';
import { happen, runningSteps, settle, type Happening, type Look } from './happenings.ts';
import { isAvailable, letterOf, worldOf, type World } from './world.ts';

/** A rollout as a log that people read: who asks for what, what is done and why, and how the cluster stands after it. */

export type Story = {
  readonly cluster: DesiredCluster;
  /** What is asked for at the beginning. */
  readonly first: Happening;
  /** What happens when the log has come to such a line, each once and in this order. */
  readonly later?: readonly { readonly at: RegExp; readonly happens: Happening }[];
  /** In which order steps end, and how long they take. */
  readonly seed: number;
  readonly badImages?: readonly string[];
  /** Of every control plane that is there at the beginning. */
  readonly etcd?: string;
};

const longest = 400;

/** What need not be said again. */
type Said = { waits: string; counts: string; machines: ReadonlySet<string> };

export function tell({ cluster, first, later = [], seed, badImages = [], etcd }: Story): string {
  const lines = [`${describeCluster(cluster)}${etcd === undefined ? '' : `\netcd ${etcd}`}`, ''];
  const random = randomOf(seed);
  const due = [...later];
  let world: World = { ...worldOf(cluster, etcd), badImages };
  const begin = world.now;
  const said: Said = { waits: '', counts: '', machines: new Set(world.state.machines.map(({ name }) => name)) };
  const clock = (): string => `${String(Math.round((world.now - begin) / 1000)).padStart(5)} s`;
  const act = (what: string, happening: Happening): void => {
    lines.push(`${clock()}  ${what}`);
    world = settle(happen(world, happening), (done) => lines.push(...describeLook(done, said)));
  };
  act(describeHappening(first), first);
  let heard = 0;
  for (let count = 0; count < longest; count += 1) {
    const [next] = due;
    const line = next === undefined ? -1 : lines.findIndex((text, index) => index >= heard && next.at.test(text));
    const running = runningSteps(world);
    const phase = currentOperation(world.state)?.phase;
    if (next !== undefined && line !== -1) {
      heard = line + 1;
      due.shift();
      act(describeHappening(next.happens), next.happens);
    } else if (running.length > 0) {
      world = { ...world, now: world.now + 1000 * (5 + random(20)) };
      const pick = random(running.length);
      const step = running[pick];
      const isJoining = step !== undefined && step.kind.startsWith('Join') && world.nodes[step.machine ?? ''] === undefined;
      act(`${isJoining ? 'joined' : 'ends'}: ${step?.kind}${step?.machine === undefined ? '' : ` ${step.machine}`}`, { kind: 'step', pick });
      lines.push(...describeEnd(world, step?.id));
    } else if (phase === 'Running' && !isHeldByPerson(said.waits)) {
      const since = lines.length;
      world = settle({ ...world, now: world.now + 10_000 }, (done) => lines.push(...describeLook(done, said)));
      if (lines.length > since) lines.splice(since, 0, `${clock()}  nothing else happens`);
    } else break;
  }
  if (due.length > 0) throw new Error(`the log never came to ${String(due[0]?.at)}:\n${lines.join('\n')}`);
  lines.push('', `the operation is ${currentOperation(world.state)?.phase}; ${describeMachines(world)}`);
  return `${lines.join('\n')}\n`;
}

function isHeldByPerson(waits: string): boolean {
  return /paused by|waits for approval/.test(waits);
}

function describeCluster({ controlPlane, machineDeployments }: DesiredCluster): string {
  const own = `${controlPlane.replicas} control planes, maxSurge ${controlPlane.rollout?.maxSurge ?? 1}`;
  return [own, ...machineDeployments.map((deployment) => describePool(deployment))].join('\n');
}

function describePool({ name, replicas, rollout = {}, minReadySeconds }: DesiredCluster['machineDeployments'][number]): string {
  const { maxSurge, maxUnavailable } = resolveAmounts(replicas, rollout);
  const ready = minReadySeconds === undefined ? '' : `, minReadySeconds ${minReadySeconds}`;
  const how = rollout.strategy === 'OnDelete' ? 'OnDelete' : `maxSurge ${amount(rollout.maxSurge, maxSurge)}, maxUnavailable ${amount(rollout.maxUnavailable, maxUnavailable)}`;
  return `pool ${name}: ${replicas} replicas, ${how}${ready}`;
}

function amount(asked: Amount | undefined, is: number): string {
  return asked === undefined || asked === is ? String(is) : `${asked} (${is})`;
}

function describeHappening(happening: Happening): string {
  switch (happening.kind) {
    case 'want':
      return `asked: ${happening.what}`;
    case 'pause':
    case 'unpause':
      return `asked: ${happening.kind === 'pause' ? 'rollout pause' : 'rollout resume'} ${happening.owner}`;
    case 'approve':
      return `asked: approve ${happening.gate}`;
    case 'undo':
      return 'asked: undo';
    case 'retry':
      return 'asked: resume --retry';
    case 'replace':
      return 'asked: replace a Machine';
    case 'unready':
    case 'ready':
      return `a Node is ${happening.kind === 'ready' ? 'Ready' : 'NotReady'}`;
    case 'time':
      return `${happening.seconds} s later`;
    case 'step':
    case 'blocked':
      return happening.kind;
  }
}

function describeEnd({ state }: World, id: string | undefined): readonly string[] {
  const step = state.steps.find((candidate) => candidate.id === id);
  return step?.state === 'Blocked' ? [`         blocked: ${step.evidence}`] : [];
}

function describeLook({ plan, after }: Look, said: Said): readonly string[] {
  const indent = ' '.repeat(9);
  const reasons = new Map((plan.surge ?? []).map((surge) => [surge.owner, surge.reasons]));
  const made = after.state.machines.filter(({ name }) => !said.machines.has(name));
  said.machines = new Set([...said.machines, ...made.map(({ name }) => name)]);
  const lines = made.map(({ name, owner, version }) => `new:   ${name} ${version}, ${describeReasons(reasons.get(owner) ?? ['one is missing'])}`);
  lines.push(...plan.start.map(({ kind, machine, reasons: why }) => `start: ${kind}${machine === undefined ? '' : ` ${machine}`}: ${describeReasons(why)}`));
  const waits = describeWaits(plan.waiting);
  if (waits.join() !== said.waits) lines.push(...waits);
  said.waits = waits.join();
  if (plan.action === 'stuck') lines.push(`stops: ${describeReasons(plan.reasons)}`);
  const counts = describeCounts(after);
  if (counts !== said.counts) lines.push(`       ${counts}`);
  said.counts = counts;
  return lines.map((line) => `${indent}${line}`);
}

function describeWaits(waiting: readonly Wait[]): readonly string[] {
  return waiting.filter(({ reasons }) => !reasons.every((reason) => reason.endsWith(' is running'))).map(({ subject, reasons }) => `waits: ${subject}: ${describeReasons(reasons)}`);
}

/** Hashes change with each field that templates get: what they are is of no interest here. */
function describeReasons(reasons: readonly string[]): string {
  return reasons.map((reason) => reason.replaceAll(/template [0-9a-f]{10} → [0-9a-f]{10}/g, 'its template has changed')).join('; ');
}

function describeCounts(world: World): string {
  const { state } = world;
  const controlPlanes = state.machines.filter(({ role }) => role === 'control-plane');
  const voters = controlPlanes.filter(({ name }) => world.nodes[name] !== undefined).length;
  const old = outdatedControlPlanes(state).size;
  const pools = state.desired.machineDeployments.map((deployment) => {
    const machines = state.machines.filter(({ owner }) => owner === deployment.name);
    const staying = machines.filter(isStaying);
    const available = machines.filter((machine) => isAvailable(world, machine)).length;
    const going = machines.length - staying.length;
    return `${letterOf(state.desired, deployment.name)}: ${staying.length} (${outdatedWorkers(state, deployment).size} old), ${available} available${going === 0 ? '' : `, ${going} going`}`;
  });
  return [`cp: ${controlPlanes.filter(isStaying).length} (${old} old), ${voters} vote`, ...pools].join(' | ');
}

function describeMachines({ state }: World): string {
  return state.machines.map(({ name, version, infrastructure: { customImage } }) => `${name} ${version}${customImage === undefined ? '' : ` ${customImage}`}`).join(', ');
}

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
