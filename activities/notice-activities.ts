import type { ClusterIdentity } from '../domain/identity.ts';
import type { Delivery, Notice, NoticeKind } from '../domain/notices/notice.ts';
import { webhookBody } from '../domain/notices/webhook-body.ts';
import { cancellationSignal } from './progress.ts';
import { postToWebhook, type Webhook } from './webhook/webhook.ts';

/** Tells people. */
export function createNoticeActivities(deps: {
  readonly webhook?: Webhook;
  /** Of Temporal, for links. */
  readonly webUi?: string;
  readonly namespace: string;
  /** For metrics: each attempt to tell. */
  readonly count: (kind: NoticeKind, outcome: Exclude<Delivery, 'underWay'>) => void;
}) {
  const { webhook, webUi, namespace, count } = deps;
  return {
    /** @throws WebhookFailedError | WebhookRefusedError */
    async sendNotice(request: { readonly cluster: ClusterIdentity; readonly notice: Notice }): Promise<{ readonly delivery: 'delivered' | 'off' }> {
      const { cluster, notice } = request;
      if (webhook === undefined) {
        count(notice.kind, 'off');
        return { delivery: 'off' };
      }
      try {
        await postToWebhook(webhook, webhookBody({ notice, cluster, namespace, ...(webUi === undefined ? {} : { webUi }) }), cancellationSignal());
      } catch (error) {
        count(notice.kind, 'failed');
        throw error;
      }
      count(notice.kind, 'delivered');
      return { delivery: 'delivered' };
    },
  };
}
