import type { BenchMachine } from './describe-machine.ts';
import { median } from './statistics.ts';

/** One run of `npm run bench:scale`, as bench/results/DATE-scale.json has it. */
export type ScaleResults = {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: BenchMachine;
  readonly kubernetes: string;
  readonly rounds: readonly ScaleRound[];
  readonly growth: GrowthResults;
};

/** Seconds from a command's start to its end, all Nodes Ready; in the order in which they were measured. */
export type ScaleRound = {
  readonly oneToThree: number;
  readonly threeToFive: number;
  readonly fiveToThree: number;
  readonly threeToOne: number;
  readonly workerJoin: number;
  /** Longest time without an acknowledged write while 3 → 1 ran. */
  readonly writeGap: number;
  /** The host's load average as the round began. */
  readonly load: number;
};

/** Seconds that one more worker took, by the operation's own clock, for each try. */
export type GrowthResults = { readonly few: Growth; readonly many: Growth };
/** `machines`: in the installation, of the cluster that grows and of all others, before the worker came. */
export type Growth = { readonly cluster: number; readonly machines: number; readonly seconds: readonly number[] };

export type Aim = { readonly what: string; readonly aim: string; readonly value: string; readonly met: boolean };

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** Medians against what is aimed at. */
export function compareWithAims({ rounds, growth }: ScaleResults): readonly Aim[] {
  const limits: readonly (readonly [string, number, (round: ScaleRound) => number])[] = [
    ['control planes 1 → 3', 40, ({ oneToThree }) => oneToThree],
    ['control planes 3 → 5', 50, ({ threeToFive }) => threeToFive],
    ['control planes 5 → 3 → 1', 45, ({ fiveToThree, threeToOne }) => fiveToThree + threeToOne],
    ['one worker more', 12, ({ workerJoin }) => workerJoin],
    ['longest write gap, 3 → 1', 3, ({ writeGap }) => writeGap],
  ];
  const { few, many } = growth;
  const ratio = median(many.seconds) / median(few.seconds);
  return [
    ...limits.map(([what, limit, of]) => {
      const value = median(rounds.map(of));
      return { what, aim: `at most ${limit} s`, value: seconds(value), met: value <= limit };
    }),
    {
      what: `one simulated worker more, with ${many.machines} machines instead of ${few.machines}`,
      aim: 'the same, ± 10 %',
      value: `${median(many.seconds).toFixed(2)} s instead of ${median(few.seconds).toFixed(2)} s (${ratio.toFixed(2)})`,
      met: Math.abs(ratio - 1) <= 0.1,
    },
  ];
}
