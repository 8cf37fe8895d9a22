/** What a person was shown and agreed to: the order of things in each lane, and the hash of it all. */
export type PlanOrder = {
  readonly hash: string;
  /** By owner, a line for each step: "RemoveMachine v1.33.13/4f0c… → none, voters 4 → 3". */
  readonly lanes: Readonly<Record<string, readonly string[]>>;
};
