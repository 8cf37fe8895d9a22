import { addonsRolledOut } from './kubeadm/upgrade-scripts.ts';

const phases = ['drain', 'volumes detached', 'Node ready', 'network add-on', 'add-on images', addonsRolledOut, 'backup'] as const;

/** A phase that a person may leave out: nothing depends on it but people's patience and users' Pods. */
export type SkippablePhase = (typeof phases)[number] | `ClusterResourceSet ${string}`;

export function isSkippable(phase: string): phase is SkippablePhase {
  return phase.startsWith('ClusterResourceSet ') || phases.some((name) => name === phase);
}

/** "drain, volumes detached …": for whoever asked for another. */
export function listSkippable(): string {
  return [...phases, 'ClusterResourceSets'].join(', ');
}
