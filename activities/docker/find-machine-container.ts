import type Dockerode from 'dockerode';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { callEngine } from './engine.ts';
import { assertOwned, clusterLabels, label } from './labels.ts';

/**
 * The container of that very Machine, and whether it runs.
 * @throws OwnedByAnotherError where one of its name is somebody else's
 */
export async function findMachineContainer(request: {
  readonly docker: Dockerode;
  readonly cluster: ClusterIdentity;
  readonly machine: string;
  readonly machineUid: string;
  readonly signal: AbortSignal;
}): Promise<{ readonly container: Dockerode.Container; readonly isRunning: boolean }> {
  const { docker, cluster, machine, machineUid, signal } = request;
  const container = docker.getContainer(machine);
  const found = await callEngine(`look at container ${machine}`, signal, (options) => container.inspect(options));
  const expected = { ...clusterLabels(cluster), [label.machineUid]: machineUid };
  assertOwned({ what: `container ${machine}`, labels: found.Config.Labels, expected });
  return { container, isRunning: found.State.Running };
}
