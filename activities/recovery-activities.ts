import type { CheckedSource } from '../domain/recovery/checked-source.ts';
import type { RecoverySource } from '../domain/recovery/recovery.ts';
import { scrub } from '../domain/scrub.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import { removePodsOfLostNodes } from './kubernetes/lost-pods.ts';
import { removeStaticPodsOfLostNodes } from './kubernetes/lost-static-pods.ts';
import { apiAccess } from './api-access.ts';
import { lastLines } from './last-lines.ts';
import { cancellationSignal, currentAttempt, reportProgress } from './progress.ts';
import type { OpenedBackup } from './backup/open-backup.ts';
import type { Bootstrapper } from './seams/bootstrapper.ts';
import type { EtcdSnapshots } from './seams/etcd-snapshots.ts';
import type { ClusterScope } from './seams/machine-provider.ts';
import type { NodeMaintenance } from './seams/node-maintenance.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';
import { SshError } from './ssh/errors.ts';
import { sshTarget } from './ssh-target.ts';

/** Finds a backup of that cluster and opens it. @throws the errors of openBackup, and BackupNotFoundError */
export type BackupReader = (request: { readonly cluster: { readonly name: string; readonly uid: string }; readonly id: string; readonly signal: AbortSignal }) => Promise<OpenedBackup>;

const stopAttempts = 3;

/** Told to stop, its API server or its etcd is still there. */
class ControlPlaneRunsOnError extends Error {
  override readonly name = 'ControlPlaneRunsOnError';

  constructor(machine: string, exitCode: number, stderr: string) {
    super(`what is left of the control plane on Machine ${machine} does not stop (exit code ${exitCode}): ${lastLines(scrub(stderr), 3)} Nothing was restored yet.`);
  }
}

/** Something may have been run there. */
function wasReached(error: unknown): boolean {
  return error instanceof ControlPlaneRunsOnError || (error instanceof SshError && error.outcome !== 'unchanged');
}

/** Effects of a recovery, beside those of a create. */
export function createRecoveryActivities(deps: {
  readonly readBackup: BackupReader;
  readonly snapshots: Pick<EtcdSnapshots, 'deliver'>;
  readonly bootstrapper: Pick<Bootstrapper, 'stopControlPlane'>;
  readonly maintenance: Pick<NodeMaintenance, 'deleteNode' | 'listPods' | 'deletePod'>;
  readonly workload: Pick<WorkloadCluster, 'listNodes' | 'listComponents' | 'moveEndpoint' | 'isServing'>;
}) {
  const { readBackup, snapshots, bootstrapper, maintenance, workload } = deps;
  return {
    /**
     * One that cannot be reached can be told nothing: the load balancer sends nobody there any more. One that
     * was reached and is not known to have stopped is told again, a few times: a recovery waits for no Machine.
     */
    async stopControlPlane(task: MachineTask): Promise<{ readonly stopped: boolean }> {
      const signal = cancellationSignal();
      try {
        const { exitCode, stderr } = await bootstrapper.stopControlPlane(sshTarget(task), signal);
        if (exitCode !== 0) throw new ControlPlaneRunsOnError(task.machine.name, exitCode, stderr);
        return { stopped: true };
      } catch (error) {
        signal.throwIfAborted();
        if (wasReached(error) && currentAttempt() < stopAttempts) throw error;
        return { stopped: false };
      }
    },

    /** From the destination to the Machine in pieces: neither the worker's memory nor its disk holds it. */
    async deliverSnapshot(task: MachineTask & { readonly backup: string; /** Whose it is; its own unless given. */ readonly of?: { readonly name: string; readonly uid: string } }): Promise<void> {
      const signal = cancellationSignal();
      const { cluster, backup: id, of = cluster } = task;
      reportProgress({ phase: 'snapshot delivered', waitingFor: `backup ${id} to be opened` });
      const { manifest, parts } = await readBackup({ cluster: of, id, signal });
      const { bytes, sha256 } = manifest.etcd;
      const content = (): AsyncIterable<Uint8Array> => snapshotOf(parts, (sent) => reportProgress({ phase: 'snapshot delivered', waitingFor: `${percent(sent, bytes)} of ${bytes} bytes` }));
      await snapshots.deliver(sshTarget(task), { id, bytes, sha256, content }, signal);
    },

    /** Nodes, and their Pods, of Machines that the cluster does not have: controllers would wait for them. */
    async deleteLostNodes(request: ClusterScope & { readonly known: readonly string[] }): Promise<{ readonly deleted: readonly string[] }> {
      const signal = cancellationSignal();
      const access = apiAccess(request);
      const nodes = await workload.listNodes(access, signal);
      const deleted = nodes.map(({ name }) => name).filter((name) => !request.known.includes(name));
      for (const name of deleted) await maintenance.deleteNode(access, name, signal);
      await removeStaticPodsOfLostNodes({ workload, maintenance, access, signal });
      await removePodsOfLostNodes({ maintenance, access, nodes: deleted, signal, onNode: tellNode });
      return { deleted };
    },

    /** Before anybody joins: what comes from another cluster's snapshot would look for its API where that one's was. */
    async moveEndpoint(request: ClusterScope & { readonly apiServerPort: number; readonly from: RecoverySource }): Promise<void> {
      const { allocation, apiServerPort, from } = request;
      const to = `https://${allocation.loadBalancerAddress}:${apiServerPort}`;
      reportProgress({ phase: 'API server found at its new address', waitingFor: `what looks for it at ${from.endpoint}` });
      await workload.moveEndpoint(apiAccess(request), { from: from.endpoint, to, keys: from.keys }, cancellationSignal());
    },

    /** Whether the cluster that a backup is of still answers, as seen from this host. */
    async isSourceServing({ backup, source }: CheckedSource): Promise<boolean> {
      const { endpoint, hostPort, caCertificate } = source;
      const { inMemory } = backup.desired.controlPlane.infrastructure;
      const servers = [endpoint, `https://127.0.0.1:${hostPort}`];
      return workload.isServing({ uid: backup.cluster.uid, servers, caCertificate, ...(inMemory === undefined ? {} : { inMemory }) }, cancellationSignal());
    },
  };
}

function tellNode(node: string): void {
  reportProgress({ phase: 'Nodes of lost Machines', waitingFor: `Pods of Node ${node}` });
}

/** The parts before it are read past: they come in one stream. */
async function* snapshotOf(parts: OpenedBackup['parts'], onSent: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const { part, content } of parts) {
    for await (const piece of content) {
      if (part.path !== 'etcd-snapshot.db') continue;
      sent += piece.length;
      yield piece;
      onSent(sent);
    }
  }
}

function percent(sent: number, bytes: number): string {
  return `${Math.floor((100 * sent) / Math.max(1, bytes))} %`;
}
