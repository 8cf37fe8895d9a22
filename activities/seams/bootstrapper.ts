import type { BootstrapRole, StageRequest } from '../../domain/kubeadm/scripts.ts';
import type { UpgradeRequest } from '../../domain/kubeadm/upgrade-scripts.ts';
import type { CommandResult, RemoteFile, SshTarget } from './command-runner.ts';

export type BootstrapOptions = {
  readonly signal: AbortSignal;
  /** Complete lines of what kubeadm says; or what it is at. */
  readonly onOutput: (line: string) => void;
};

/**
 * kubeadm on Machines. Commands outlive connections, workers and retries: an attempt attaches to the
 * one under way, is given the result of one that has ended, and is refused where a later one was there
 * (FencedAttemptError). `generation` grows with each attempt; its thousands count the tries.
 */
export interface Bootstrapper {
  /** Everything that kubeadm needs on a Machine of that role; replaces what was there. */
  writeBootstrapData(target: SshTarget, data: { readonly role: BootstrapRole; readonly files: readonly RemoteFile[] }, signal: AbortSignal): Promise<void>;
  /** One file beside it. */
  writeFile(target: SshTarget, file: RemoteFile, signal: AbortSignal): Promise<void>;
  /** The Machine's API server ends in an orderly way and is not started again. */
  stopApiServer(target: SshTarget, signal: AbortSignal): Promise<CommandResult>;
  /** Nothing of the Machine's control plane runs any more, nor after a restart; its data stays. */
  stopControlPlane(target: SshTarget, signal: AbortSignal): Promise<CommandResult>;
  /** Resolves with any exit code; rejects only when the outcome is unknown or it was not begun. */
  run(target: SshTarget, command: StageRequest & { readonly generation: number }, options: BootstrapOptions): Promise<CommandResult>;
  /**
   * What that Machine's kubeadm does for the whole cluster; its files lie there already. `step` names it:
   * each step runs its part once.
   */
  runUpgrade(target: SshTarget, command: UpgradeRequest & { readonly step: number; readonly generation: number }, options: BootstrapOptions): Promise<CommandResult>;
  /** When the serving certificate of a control-plane Machine's API server expires. Epoch milliseconds. */
  certificatesExpireAt(target: SshTarget, signal: AbortSignal): Promise<number>;
  /**
   * Back to before kubeadm ran, without touching etcd's member list: from its start on all stages are
   * as if they had never run. `step` names it: each step resets once.
   */
  reset(target: SshTarget, command: { readonly step: number; readonly generation: number }, options: BootstrapOptions): Promise<CommandResult>;
}
