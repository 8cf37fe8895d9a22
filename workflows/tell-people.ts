import { ActivityFailure, getExternalWorkflowHandle, isCancellation, log, ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { createNoticeActivities } from '../activities/notice-activities.ts';
import { currentNotices, decideNotices, recordNotices } from '../domain/notices/decide-notices.ts';
import type { DeliveryReport, Notice } from '../domain/notices/notice.ts';
import type { PlanFacts } from '../domain/plan/plan-facts.ts';
import { stubborn } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import type { NoticeInput } from './contracts.ts';
import { clusterWorkflowId, deliverySignal } from './messages.ts';
import { clusterNameKey } from './search-attributes.ts';

const { sendNotice } = proxyActivities<ReturnType<typeof createNoticeActivities>>({ ...stubborn, summary: 'tell people' });

/**
 * Tells people of one thing, for as long as that takes. A workflow of its own: the cluster neither
 * waits for it nor has to remember it, and a restart of anything repeats nothing.
 */
export async function tellPeople({ cluster, notice }: NoticeInput): Promise<DeliveryReport> {
  const { kind, subject, since } = notice;
  const report: DeliveryReport = { kind, subject, since, ...(await tell({ cluster, notice })) };
  try {
    await getExternalWorkflowHandle(clusterWorkflowId(cluster.name)).signal(deliverySignal, report);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the cluster is gone', { cluster: cluster.name });
  }
  return report;
}

async function tell(input: NoticeInput): Promise<Pick<DeliveryReport, 'delivery' | 'problem'>> {
  try {
    return await sendNotice(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const cause = error instanceof ActivityFailure ? error.cause : error;
    const problem = cause instanceof Error ? cause.message : 'unknown';
    log.warn('nobody could be told', { kind: input.notice.kind, problem });
    return { delivery: 'failed', problem };
  }
}

/** What has come true since the last look is told, each once. */
export async function tellOfNews(inbox: ClusterInbox, facts: PlanFacts | undefined): Promise<void> {
  const state = inbox.current();
  const { tell: news, notices } = decideNotices(state.notices ?? [], currentNotices(state, facts, Date.now()));
  inbox.update((current) => recordNotices(current, notices));
  for (const notice of news) await startTelling({ cluster: state.identity, notice });
}

async function startTelling(input: NoticeInput): Promise<void> {
  const { cluster, notice } = input;
  try {
    await startChild(tellPeople, {
      workflowId: noticeWorkflowId(cluster.name, notice),
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [{ key: clusterNameKey, value: cluster.name }],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    log.info('people are being told of it already', { kind: notice.kind });
  }
}

function noticeWorkflowId(cluster: string, { kind, since }: Notice): string {
  return `${clusterWorkflowId(cluster)}/notice/${kind}-${since}`;
}
