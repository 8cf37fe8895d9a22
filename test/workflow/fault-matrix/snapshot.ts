import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { z } from 'zod';
import type { SimulatorClient } from '../../../activities/simulator/client.ts';
import type { ClusterRecords } from '../../../activities/store/cluster-records.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import type { JournalEntry } from '../../../domain/journal.ts';

export type Size = { readonly controlPlanes: number; readonly workers: number };

/** What the simulator holds of a cluster, as far as it is looked at. */
const heldCluster = z.object({
  machines: z.array(
    z.object({
      name: z.string(),
      role: z.string(),
      run: z.object({ operation: z.string(), ended: z.object({ exitCode: z.number() }).optional() }).optional(),
      earlierRuns: z.array(z.object({ operation: z.string(), undone: z.boolean().optional(), ended: z.object({ exitCode: z.number() }).optional() })),
    }),
  ),
  ports: z.record(z.string(), z.number()),
  nodes: z.array(z.object({ name: z.string(), ready: z.string(), unschedulable: z.boolean(), outOfService: z.boolean() })),
  loadBalancer: z.object({ backends: z.array(z.object({ name: z.string() })) }).optional(),
  etcd: z.object({
    members: z.array(z.object({ id: z.string(), name: z.string(), learner: z.boolean() })),
    leader: z.string().optional(),
    values: z.record(z.string(), z.string()),
    memberships: z.array(z.object({ voters: z.array(z.string()), learners: z.array(z.string()), connected: z.number() })).default([]),
  }),
});
export type HeldCluster = z.output<typeof heldCluster>;

/** A cluster from all sides at one moment. */
export type Snapshot = {
  readonly held: HeldCluster;
  readonly state: ClusterState;
  readonly expected: Size;
  /** Keys of writes that the cluster has acknowledged. */
  readonly acknowledged: readonly string[];
  readonly journal: readonly JournalEntry[];
  /** By step: how often Temporal has run it. */
  readonly stepRuns: ReadonlyMap<string, number>;
  /** IDs of the open workflows of this cluster. */
  readonly open: readonly string[];
};

export async function readHeld(client: SimulatorClient, uid: string): Promise<HeldCluster> {
  return client.call('control/read', { cluster: uid }, { signal: AbortSignal.timeout(5000), answer: heldCluster });
}

/** The part of a snapshot that Temporal and the store know. */
export async function readRecords(
  request: { readonly env: TestWorkflowEnvironment; readonly records: ClusterRecords },
  cluster: { readonly name: string; readonly uid: string },
): Promise<Pick<Snapshot, 'journal' | 'stepRuns' | 'open'>> {
  const stepRuns = new Map<string, number>();
  const open: string[] = [];
  const entity = `cluster/${cluster.name}`;
  for await (const { workflowId, type, status } of request.env.client.workflow.list()) {
    if (workflowId !== entity && !workflowId.startsWith(`${entity}/`)) continue;
    if (status.name === 'RUNNING') open.push(workflowId);
    if (workflowId !== entity && type !== 'tellPeople') stepRuns.set(workflowId, (stepRuns.get(workflowId) ?? 0) + 1);
  }
  return { journal: await request.records.readJournal(cluster.uid), stepRuns, open };
}
