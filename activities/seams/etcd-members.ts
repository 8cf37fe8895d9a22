import type { SshTarget } from './command-runner.ts';

export type EtcdMember = {
  /** Hexadecimal, as etcdctl takes it. */
  readonly id: string;
  /** Empty until the member has started. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly learner: boolean;
  /** Whether its client endpoint answered; false for a member that never started. */
  readonly healthy: boolean;
};

/** etcd's membership, asked through one control-plane Machine that serves. */
export interface EtcdMembers {
  list(via: SshTarget, signal: AbortSignal): Promise<readonly EtcdMember[]>;
  /** A member that is gone already is no error. */
  remove(via: SshTarget, memberId: string, signal: AbortSignal): Promise<void>;
}
