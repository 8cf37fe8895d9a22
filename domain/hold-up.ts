import type { Condition } from './conditions.ts';
import type { MachineRole } from './machine.ts';
import type { Owner } from './owner.ts';

/** What an operation would do next and may not yet: for people, who cannot see the facts that it was decided on. */
export type HoldUp = {
  /** Name of a KubeadmControlPlane or MachineDeployment. */
  readonly subject: string;
  /** Which of both; absent in what was recorded before it was asked. */
  readonly role?: MachineRole;
  /** "EtcdMemberHealthy: demo-cp-x2f9k: its member does not answer" */
  readonly reasons: readonly string[];
  /** Epoch milliseconds (workflow time) since when these very reasons hold it up. */
  readonly since: number;
  /** Of the preflight that it does not pass: all of them, each dated by when it began to say what it says. */
  readonly checks?: readonly Condition[];
};

/** Whether it holds that owner up: a KubeadmControlPlane and a MachineDeployment may have the same name. */
export function concerns({ subject, role }: Pick<HoldUp, 'subject' | 'role'>, owner: Owner): boolean {
  return subject === owner.name && (role === undefined || role === owner.role);
}
