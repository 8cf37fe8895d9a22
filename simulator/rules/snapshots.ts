import { findMachine, reachMachine, replaceMachine } from './machines.ts';
import { refuse, type Outcome } from './outcome.ts';
import type { EtcdSnapshot, SimulatedCluster } from './state.ts';
import { parseSnapshot } from './parse-snapshot.ts';

/** Snapshots lie on the Machine whose member they were taken from, and go with it. */

/** Asked again for the same one it is the same: what was written meanwhile is not in it. */
export function takeSnapshot(cluster: SimulatedCluster, machineName: string, id: string): Outcome<EtcdSnapshot> {
  const reached = reachMachine(cluster, machineName);
  if (reached.refused !== undefined) return reached;
  const machine = reached.value;
  const { etcd, nodes, workloads, moved } = cluster;
  const snapshot = machine.snapshots?.[id] ?? { revision: etcd.revision, values: etcd.values, nodes, workloads, ...(moved === undefined ? {} : { moved }) };
  return { cluster: replaceMachine(cluster, { ...machine, snapshots: { ...machine.snapshots, [id]: snapshot } }), value: snapshot };
}

export function readSnapshot(cluster: SimulatedCluster, machineName: string, id: string): Outcome<EtcdSnapshot> {
  const reached = reachMachine(cluster, machineName);
  if (reached.refused !== undefined) return reached;
  const snapshot = reached.value.snapshots?.[id];
  if (snapshot === undefined) return refuse(cluster, { name: 'SnapshotFailedError', message: `Machine ${machineName} has no snapshot ${id}. Nothing was changed.` });
  return { cluster, value: snapshot };
}

/** For a restore; what is no snapshot of this simulator is refused, as etcdutl would. */
export function deliverSnapshot(cluster: SimulatedCluster, machineName: string, { id, snapshot }: { readonly id: string; readonly snapshot: string }): Outcome<null> {
  const reached = reachMachine(cluster, machineName);
  if (reached.refused !== undefined) return reached;
  const machine = reached.value;
  const parsed = parseSnapshot(snapshot);
  if (parsed === undefined) return refuse(cluster, { name: 'SnapshotFailedError', message: `What came to Machine ${machineName} is no snapshot of a simulated etcd. Nothing was changed.` });
  return { cluster: replaceMachine(cluster, { ...machine, snapshots: { ...machine.snapshots, [id]: parsed } }), value: null };
}

export function discardSnapshot(cluster: SimulatedCluster, machineName: string, id: string): Outcome<null> {
  const machine = findMachine(cluster, machineName);
  if (machine?.snapshots === undefined) return { cluster, value: null };
  const { [id]: _gone, ...snapshots } = machine.snapshots;
  return { cluster: replaceMachine(cluster, { ...machine, snapshots }), value: null };
}
