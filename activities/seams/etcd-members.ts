import type { EtcdMember } from '../../domain/quorum/etcd-member.ts';
import type { SshTarget } from './command-runner.ts';

/** etcd's membership, asked through one control-plane Machine that serves. */
export interface EtcdMembers {
  list(via: SshTarget, signal: AbortSignal): Promise<readonly EtcdMember[]>;
  /** A member that is gone already is no error. */
  remove(via: SshTarget, memberId: string, signal: AbortSignal): Promise<void>;
}
