import { machineConditions } from '../domain/machine-conditions.ts';
import { NotFoundError } from './errors.ts';
import { describeMachineWork } from './follow/activity-text.ts';
import { fetchProgress } from './follow/progress.ts';
import { observeCluster } from './observe-cluster.ts';
import { writeValue, type OutputFormat } from './output.ts';
import { renderMachine } from './render/machine.ts';
import { findMachineCluster } from './temporal/clusters.ts';
import { withTemporal } from './temporal/session.ts';
import { writeData } from './terminal.ts';
import { viewMachineConditions } from './views/description-view.ts';

/** Prints one Machine, observed afresh. @throws NotFoundError */
export async function describeMachine(asked: { readonly name: string; readonly cluster: string | undefined; readonly output: OutputFormat }): Promise<void> {
  const { name, output } = asked;
  const { state, observation, progress } = await withTemporal(async (session) => {
    const found = await findMachineCluster(session, { machine: name, cluster: asked.cluster });
    return { state: found, observation: await observeCluster(session, found), progress: await fetchProgress(session, found.identity.name) };
  });
  const machine = state.machines.find((candidate) => candidate.name === name);
  if (machine === undefined) throw new NotFoundError({ what: `there is no Machine "${name}"` });
  const cluster = state.identity.name;
  const described = machineConditions(machine, observation);
  if (output === 'json' || output === 'yaml') return writeValue(viewMachineConditions(state, described), output);
  return writeData(renderMachine({ cluster, described, work: describeMachineWork(name, progress), now: Date.now() }));
}
