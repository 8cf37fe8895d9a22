import type { Operation } from '../operation.ts';

/**
 *  Blocked      an operation waits for a person
 *  QuorumLost   etcd has no majority: only its members or a restore bring it back
 *  MachineLost  what a control-plane Machine runs on was stopped or has gone, and nobody asked for it
 *  BackupStale  the newest backup is older than was asked for
 */
export type NoticeKind = 'Blocked' | 'QuorumLost' | 'MachineLost' | 'BackupStale';

/** What somebody is to be told. Free of secrets. */
export type Notice = {
  readonly kind: NoticeKind;
  /** With the kind, what makes it another one: an operation's ID, the name of a control plane or of a Machine. */
  readonly subject: string;
  readonly operation?: Pick<Operation, 'id' | 'verb' | 'actor'>;
  /** Epoch milliseconds (workflow time). */
  readonly since: number;
  /** A line each. */
  readonly reasons: readonly string[];
};

/** `off`: nobody is named to be told. */
export type Delivery = 'underWay' | 'delivered' | 'off' | 'failed';

/** One that is true now, and how telling of it went. */
export type ToldNotice = Notice & { readonly delivery: Delivery; /** Why it failed. */ readonly problem?: string };

/** From whoever tells to the cluster. */
export type DeliveryReport = Pick<ToldNotice, 'kind' | 'subject' | 'since' | 'delivery' | 'problem'>;
