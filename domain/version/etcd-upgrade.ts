import { condition, type Condition } from '../conditions.ts';
import { readVersion } from './minors.ts';

/** A member of etcd, as far as its version goes; absent where it is not known. */
export type MemberVersion = { readonly id: string; readonly name: string; readonly version?: string };

/** What a control-plane Machine that joins now brings: its Kubernetes version, and the manifest's tag of etcd's image. */
export type JoiningEtcd = { readonly version: string; readonly imageTag?: string };

/** A release of etcd; all of them are 3.x. */
type EtcdRelease = { readonly minor: number; readonly patch: number };

/**
 * The first minor version of Kubernetes that brings each minor version of etcd (kubeadm's
 * SupportedEtcdVersion, cmd/kubeadm/app/constants; etcd's bump-etcd-version-k8s.md: 3.5 up to 1.33, 3.6
 * from 1.34).
 */
const etcdMinors = [
  { kubernetes: 34, etcd: 6 },
  { kubernetes: 22, etcd: 5 },
] as const;

/**
 * Before this one, members that were removed long ago may come back in 3.6 as members
 * (etcd.io/blog/2025/zombie_members_upgrade); with replaced Machines, removed members are the rule.
 */
const safeToLeave: EtcdRelease = { minor: 5, patch: 26 };

/** "3.5.26" */
export const safeRelease = `3.${safeToLeave.minor}.${safeToLeave.patch}`;

/** The minor version of etcd, 5 of "3.5", that a control plane of that Kubernetes version runs; its own tag comes first. */
export function etcdMinorOf({ version, imageTag }: { readonly version: string; readonly imageTag?: string | undefined }): number | undefined {
  if (imageTag !== undefined) return parseEtcd(imageTag)?.minor;
  const { minor } = readVersion(version);
  return etcdMinors.find(({ kubernetes }) => minor >= kubernetes)?.etcd;
}

/** Where it is 3.6 or later, members of an older 3.5 are in danger. */
export function bringsNewEtcd(target: { readonly version: string; readonly imageTag?: string | undefined }): boolean {
  return (etcdMinorOf(target) ?? 0) > safeToLeave.minor;
}

/**
 * The etcd that a Machine of that Kubernetes version has at least, "3.6.0": its own tag says which, else it is one that
 * can be left again (node-image/versions.mjs). undefined: nobody knows.
 */
export function etcdOf(target: { readonly version: string; readonly imageTag?: string | undefined }): string | undefined {
  const tag = target.imageTag === undefined ? undefined : parseEtcd(target.imageTag);
  if (tag !== undefined) return `3.${tag.minor}.${tag.patch}`;
  const minor = etcdMinorOf(target);
  return minor === undefined ? undefined : `3.${minor}.${minor === safeToLeave.minor ? safeToLeave.patch : 0}`;
}

/** "3.5.35", "v3.5.35" and the image tag "3.5.35-0". */
function parseEtcd(text: string): EtcdRelease | undefined {
  const [, minor, patch] = /^v?3\.(\d{1,4})\.(\d{1,4})(?:[-.].*)?$/.exec(text) ?? [];
  return minor === undefined || patch === undefined ? undefined : { minor: Number(minor), patch: Number(patch) };
}

/**
 * May a member of that Kubernetes version join these? Not one of 3.6 while a member is older than
 * 3.5.26: those are replaced by Machines of a newer 3.5 first. Where no 3.6 comes it is always True.
 * @param target.imageTag the manifest's etcd.local.imageTag, where it has one
 */
export function etcdUpgradeSafe(members: readonly MemberVersion[], target: { readonly version: string; readonly imageTag?: string | undefined }): Condition {
  const type = 'EtcdUpgradeSafe';
  const comes = etcdMinorOf(target);
  if (comes === undefined) {
    return condition(type, 'Unknown', { reason: 'TargetNotKnown', message: `which etcd comes with Kubernetes ${target.version} is not known (image tag ${target.imageTag ?? 'not set'})` });
  }
  if (!bringsNewEtcd(target)) return condition(type, 'True', { reason: 'NoUpgrade' });
  const tooOld = membersTooOld(members);
  if (tooOld.length > 0) {
    const message = `etcd of ${describe(tooOld)} is older than ${safeRelease}: with 3.${comes} members that were removed could come back; these are replaced by a newer 3.${safeToLeave.minor} first`;
    return condition(type, 'False', { reason: 'MembersTooOld', message });
  }
  const silent = members.filter(({ version }) => version === undefined);
  if (silent.length === 0) return condition(type, 'True', { reason: type });
  return condition(type, 'Unknown', { reason: 'NotObserved', message: `the etcd version of ${describe(silent)} is not known: none of 3.${comes} joins before` });
}

/** Members that have to be replaced by a newer 3.5 before one of 3.6 joins. */
export function membersTooOld<Member extends MemberVersion>(members: readonly Member[]): readonly Member[] {
  return members.filter(({ version }) => version !== undefined && isTooOld(version));
}

/** Whether a member of that version has to go before one of 3.6 joins. One that cannot be read counts as too old: it is no release. */
export function isTooOld(version: string): boolean {
  const release = parseEtcd(version);
  if (release === undefined) return true;
  return release.minor < safeToLeave.minor || (release.minor === safeToLeave.minor && release.patch < safeToLeave.patch);
}

/** A member that never started has no name. */
function describe(members: readonly MemberVersion[]): string {
  return members.map(({ id, name, version }) => `${name === '' ? `member ${id}` : name}${version === undefined ? '' : ` (${version})`}`).join(', ');
}
