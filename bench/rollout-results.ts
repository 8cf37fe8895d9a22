import type { BenchMachine } from './describe-machine.ts';
import { median } from './statistics.ts';

/** One run of `npm run bench:rollout`, as bench/results/DATE-rollout.json has it. */
export type RolloutResults = {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: BenchMachine;
  readonly kubernetes: string;
  /** In Docker, in the order in which they were measured. */
  readonly rounds: readonly RolloutRound[];
  /** A hundred simulated Machines, whose own times are nothing. */
  readonly simulated: SimulatedRollout;
};

export type RolloutRound = {
  readonly controlPlane: Replaced;
  readonly workers: Replaced;
  /** The host's load average as the round began. */
  readonly load: number;
};

/** What an operation took that replaced so many Machines, by its own clock. */
export type Replaced = {
  readonly machines: number;
  readonly ms: number;
  /** Of it, while no activity ran. */
  readonly outsideMs: number;
  /** Of that, while no step was open either: what must be true before the next one is not yet, and the time of the next look was waited for. */
  readonly heldMs: number;
};

export type SimulatedRollout = { readonly controlPlane: Replaced; readonly workers: Replaced; readonly maxSurge: string };

const aimedOverhead = 0.05;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

export type RolloutRow = { readonly what: string; readonly aim: string; readonly value: string; readonly met: string };

const plain = (what: string, value: string): RolloutRow => ({ what, aim: '', value, met: '' });

/** Medians, against what is aimed at where something is. */
export function summarizeRollouts({ rounds, simulated }: RolloutResults): readonly RolloutRow[] {
  const docker = (['controlPlane', 'workers'] as const).flatMap((owner) => {
    if (rounds.length === 0) return [];
    const what = owner === 'controlPlane' ? 'a control-plane Machine' : 'a worker';
    const all = rounds.map((round) => round[owner]);
    const overhead = median(all.map(overheadOf));
    return [
      plain(`${what} replaced`, seconds(median(all.map(({ ms, machines }) => ms / machines)))),
      plain('  of it waits that the rules ask for', seconds(median(all.map(({ heldMs, machines }) => heldMs / machines)))),
      { what: '  other time outside activities, over them', aim: `at most ${percent(aimedOverhead)}`, value: percent(overhead), met: overhead <= aimedOverhead ? 'yes' : 'no' },
    ];
  });
  const { controlPlane, workers, maxSurge } = simulated;
  return [
    ...docker,
    plain(`${controlPlane.machines} simulated control-plane Machines replaced`, seconds(controlPlane.ms)),
    plain(`${workers.machines} simulated workers replaced, maxSurge ${maxSurge}`, seconds(workers.ms)),
  ];
}

/** Time outside activities, less what the rules ask for, over the time inside. */
export function overheadOf({ ms, outsideMs, heldMs }: Replaced): number {
  return (outsideMs - heldMs) / (ms - outsideMs);
}
