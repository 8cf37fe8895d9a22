import type { ClusterIdentity } from '../identity.ts';
import { scrub } from '../scrub.ts';
import type { Notice } from './notice.ts';

const mostReasons = 20;
const longestReason = 500;

/** What the webhook gets, as JSON; keys are a stable interface (docs/notifications.md). */
export type WebhookBody = {
  readonly schemaVersion: 1;
  readonly kind: Notice['kind'];
  readonly cluster: { readonly name: string; readonly uid: string; readonly installation: string };
  readonly operation: NonNullable<Notice['operation']> | null;
  /** ISO 8601. */
  readonly since: string;
  readonly reasons: readonly string[];
  /** The cluster's page in Temporal's Web UI; null where the worker does not know where that is. */
  readonly link: string | null;
  /** What to type to see more. */
  readonly next: readonly string[];
};

/** Reasons hold no secret as they come; they are looked through once more, because this leaves the house. */
export function webhookBody(facts: {
  readonly notice: Notice;
  readonly cluster: ClusterIdentity;
  /** Of Temporal's Web UI, without a slash at its end. */
  readonly webUi?: string;
  readonly namespace: string;
}): WebhookBody {
  const { notice, cluster, webUi, namespace } = facts;
  const { name, uid, installation } = cluster;
  return {
    schemaVersion: 1,
    kind: notice.kind,
    cluster: { name, uid, installation },
    operation: notice.operation ?? null,
    since: new Date(notice.since).toISOString(),
    reasons: notice.reasons.slice(0, mostReasons).map((reason) => scrub(reason).slice(0, longestReason)),
    link: webUi === undefined ? null : `${webUi}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(`cluster/${name}`)}`,
    next: [`slipway describe cluster ${name}`],
  };
}
