import type { ToldNotice } from '../../domain/notices/notice.ts';
import { formatAge } from './age.ts';
import { printableLine } from './printable.ts';

/** What is true and a person must know, and whether one was told: a line each, after an empty one. */
export function describeNotices(notices: readonly ToldNotice[], now: number): readonly string[] {
  if (notices.length === 0) return [];
  return ['', ...notices.map((notice) => `${notice.kind} for ${formatAge(now - notice.since)}: ${describeDelivery(notice)}`)];
}

function describeDelivery({ delivery, problem = '' }: ToldNotice): string {
  switch (delivery) {
    case 'underWay':
      return 'the webhook is being told';
    case 'delivered':
      return 'the webhook was told';
    case 'off':
      return 'nobody was told: the worker has no SLIPWAY_WEBHOOK_URL';
    case 'failed':
      return `nobody could be told: ${printableLine(problem)}`;
  }
}
