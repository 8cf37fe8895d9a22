export type WorkflowRun = {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** Temporal's word: "RUNNING", "COMPLETED", "FAILED" … */
  readonly status: string;
};

/** What Temporal remembers of a cluster's work. Reads only. */
export interface WorkflowHistories {
  /** The newest runs of the cluster's own workflow and of its steps, the newest first; no requests of the CLI. */
  list(cluster: string, limit: number): Promise<readonly WorkflowRun[]>;
  /** In the JSON form that Temporal's tools write and replay. Not scrubbed. */
  fetch(run: WorkflowRun): Promise<unknown>;
  /** What the cluster's workflow answers to its query. @throws where none is open */
  askCluster(cluster: string): Promise<unknown>;
}
