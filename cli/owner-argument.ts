import type { Owner } from '../domain/owner.ts';
import { UsageError } from './errors.ts';
import { requireName } from './resources.ts';

const roles: Readonly<Record<string, Owner['role']>> = {
  kubeadmcontrolplane: 'control-plane',
  kubeadmcontrolplanes: 'control-plane',
  kcp: 'control-plane',
  machinedeployment: 'worker',
  machinedeployments: 'worker',
  md: 'worker',
};

/** How an owner is written, for the help of commands. */
export const ownerHelp = 'kubeadmcontrolplane/NAME (kcp/NAME) or machinedeployment/NAME (md/NAME)';

/** "md/demo-md-0". @throws UsageError, with `usage` as what to do next */
export function parseOwner(argument: string, usage: readonly string[]): Owner {
  const [kind = '', name = '', ...rest] = argument.split('/');
  const role = roles[kind.toLowerCase()];
  if (role !== undefined && name !== '' && rest.length === 0) return { role, name };
  throw new UsageError({ what: `"${argument}" is no owner of Machines`, unchanged: 'nothing was sent', next: usage });
}

/** Whose rollout: one owner's, or that of a whole cluster. */
export type RolloutTarget = { readonly owner: Owner } | { readonly cluster: string };

/** "md/demo-md-0" or "cluster/demo". @throws UsageError */
export function parseRolloutTarget(argument: string, usage: readonly string[]): RolloutTarget {
  const [kind = '', name = '', ...rest] = argument.split('/');
  if (/^(cl|clusters?)$/.test(kind.toLowerCase()) && rest.length === 0) return { cluster: requireName(name) };
  return { owner: parseOwner(argument, usage) };
}
