import type { ProblemReason } from '../manifest-problem.ts';

/** What a check found, without the place: the caller knows where the value stands. */
export type Wrong = {
  /** "Invalid value" unless set. */
  readonly reason?: ProblemReason;
  readonly message: string;
  /** What would be right, as an instruction. */
  readonly expected: string;
};

/** Undefined: the value is good. */
export type Check<T> = (value: T) => Wrong | undefined;
