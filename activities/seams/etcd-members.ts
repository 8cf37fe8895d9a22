import type { EtcdMember } from '../../domain/quorum/etcd-member.ts';
import type { SshTarget } from './command-runner.ts';

/** etcd's membership, asked through one control-plane Machine that serves. */
export interface EtcdMembers {
  list(via: SshTarget, signal: AbortSignal): Promise<readonly EtcdMember[]>;
  /** The same, and which of them leads and what alarms there are: what a change of membership must know. */
  observe(via: SshTarget, signal: AbortSignal): Promise<readonly EtcdMember[]>;
  /** Hands the leadership to that voter; where it leads already nothing happens. */
  moveLeader(via: SshTarget, memberId: string, signal: AbortSignal): Promise<void>;
  /** A member that is gone already is no error. */
  remove(via: SshTarget, memberId: string, signal: AbortSignal): Promise<void>;
}
