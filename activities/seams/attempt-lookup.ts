/** One run of a workflow that stores something for a cluster to be. */
export type Attempt = { readonly workflowId: string; readonly runId: string };

/** Whether what was begun may still go on. */
export interface AttemptLookup {
  /** One that Temporal does not know is over. */
  isUnderWay(attempt: Attempt): Promise<boolean>;
}
