import { hasJoined, type Machine } from '../machine.ts';

/** Whose kubeadm uploads the configuration, and a Node that its file may name. */
export type Uploader = { readonly machine: Machine; readonly node: string };

/**
 * kubeadm of the configuration's own version knows all of it, and can do it on a Machine that has not
 * joined. Where there is none yet the newest one that is there does it: kubeadm writes versions above its own.
 */
export function chooseUploader(machines: readonly Machine[], version: string): Uploader | undefined {
  const controlPlanes = machines.filter(({ role }) => role === 'control-plane');
  const joined = controlPlanes.filter(hasJoined);
  const newest = joined.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  if (newest === undefined) return undefined;
  const ofVersion = controlPlanes.filter((machine) => machine.version === version);
  const machine = ofVersion.find(hasJoined) ?? ofVersion.find(({ phase }) => phase === 'Provisioned' || phase === 'Bootstrapping');
  return { machine: machine ?? newest, node: newest.name };
}
