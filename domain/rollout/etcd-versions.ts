import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { hasJoined, type Machine } from '../machine.ts';
import type { Observed } from '../observation.ts';
import { isMemberOf, type EtcdMember } from '../quorum/etcd-member.ts';
import { bringsNewEtcd, etcdMinorOf, isTooOld, type JoiningEtcd } from '../version/etcd-upgrade.ts';
import { nextVersion, wantedTemplates } from './wanted-templates.ts';

/** What a control-plane Machine that joins now brings; undefined: the etcd that is there already. */
export function joiningEtcd(state: ClusterState): JoiningEtcd | undefined {
  const { version, olderEtcd } = wantedTemplates(state).controlPlane;
  const { imageTag } = state.desired.controlPlane.clusterConfiguration.etcd;
  const before = state.previous?.controlPlane.clusterConfiguration.etcd.imageTag;
  const isSame = imageTag === before || state.previous === undefined;
  if (isSame && olderEtcd !== true && controlPlanes(state).every((machine) => machine.version === version)) return undefined;
  return { version, ...(imageTag === undefined || olderEtcd === true ? {} : { imageTag }) };
}

/**
 * Machines whose etcd must be known before the rollout goes on: a newer one would join them, and which are
 * replaced by what depends on it. Where theirs is of the same minor version nothing does.
 */
export function etcdToBeSeen(state: ClusterState): readonly Machine[] {
  const joining = joiningEtcd(state);
  if (joining === undefined || !bringsNewEtcd(joining)) return [];
  const isSameTag = state.previous === undefined || state.previous.controlPlane.clusterConfiguration.etcd.imageTag === joining.imageTag;
  return controlPlanes(state).filter((machine) => machine.etcd === undefined && hasJoined(machine) && !(isSameTag && etcdMinorOf(machine) === etcdMinorOf(joining)));
}

/** With what their members say, as far as a rollout depends on it. A Machine's etcd stays what it is. */
export function recordEtcdVersions(state: ClusterState, etcd: Observed<readonly EtcdMember[]>): ClusterState {
  const isAwaited = wantedTemplates(state).controlPlane.olderEtcd === true || etcdToBeSeen(state).length > 0;
  if (!etcd.known || !isAwaited) return state;
  const machines = state.machines.map((machine) => {
    if (machine.role !== 'control-plane' || machine.etcd !== undefined) return machine;
    const version = etcd.value.find((member) => isMemberOf(member, machine))?.version;
    return version === undefined ? machine : { ...machine, etcd: version };
  });
  return machines.every((machine, index) => machine === state.machines[index]) ? state : { ...state, machines, version: state.version + 1 };
}

/** Why no step leads to what is wanted: members of etcd are too old, and there is nothing newer that could come first. */
export function etcdStuckReasons(state: ClusterState): readonly string[] {
  const { refused, olderEtcd, reasons } = nextVersion(state);
  if (refused === true) return reasons;
  if (olderEtcd !== true) return [];
  const since = currentOperation(state)?.startedAt ?? state.createdAt;
  const { hash } = wantedTemplates(state).controlPlane;
  const failed = controlPlanes(state).filter(({ template, createdAt, etcd }) => template === hash && createdAt >= since && etcd !== undefined && isTooOld(etcd));
  return failed.map(({ name, etcd }) => `${name} was made so that members of a newer etcd come first, and has ${etcd}: say which comes, by etcd.local.imageTag`);
}

/** The same, asked of what is seen now, before anything begins. */
export function refusedReasons(state: ClusterState, { etcd }: { readonly etcd: Observed<readonly EtcdMember[]> }): readonly string[] {
  return etcdStuckReasons(recordEtcdVersions(state, etcd));
}

function controlPlanes({ machines }: ClusterState): readonly Machine[] {
  return machines.filter(({ role }) => role === 'control-plane');
}
