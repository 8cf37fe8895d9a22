/** A condition as Kubernetes writes them: Unknown is neither True nor False, and stays Unknown. */
export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** CamelCase. */
  readonly reason: string;
  readonly message: string;
  /** Epoch milliseconds; left out where it is not known. */
  readonly since?: number;
};

export function condition(
  type: string,
  status: Condition['status'],
  facts: { readonly reason: string; readonly message?: string; readonly since?: number | undefined },
): Condition {
  const { reason, message = '', since } = facts;
  return { type, status, reason, message, ...(since === undefined ? {} : { since }) };
}

/**
 * One condition out of several, as Cluster API's summaries: False if one is False, else Unknown if
 * one is Unknown, else True. It is as old as the newest dated one of those that decide it; those
 * that hold it back are named, the same message once.
 */
export function summarize(type: string, parts: readonly Condition[]): Condition {
  const status = parts.some((part) => part.status === 'False')
    ? 'False'
    : parts.some((part) => part.status === 'Unknown')
      ? 'Unknown'
      : 'True';
  const deciding = parts.filter((part) => part.status === status);
  const dates = deciding.map(({ since }) => since).filter((since) => since !== undefined);
  const since = dates.length === 0 ? undefined : Math.max(...dates);
  if (status === 'True') return condition(type, status, { reason: type, since });
  const [first] = deciding;
  return condition(type, status, {
    reason: deciding.length === 1 && first !== undefined ? first.reason : status === 'False' ? `Not${type}` : `${type}Unknown`,
    message: joinMessages(deciding),
    since,
  });
}

function joinMessages(parts: readonly Condition[]): string {
  const types = Map.groupBy(parts, (part) => (part.message === '' ? part.reason : part.message));
  return [...types].map(([message, same]) => `${same.map(({ type }) => type).join(', ')}: ${message}`).join('; ');
}

/** What holds a change up, for people: "EtcdMemberHealthy: demo-cp-x2f9k: its member does not answer". */
export function failingReasons(checks: readonly Condition[]): readonly string[] {
  return checks.filter(({ status }) => status !== 'True').map(({ type, message }) => `${type}: ${message}`);
}

/** How many of them have that condition True. */
export function countTrue(objects: readonly { readonly conditions: readonly Condition[] }[], type: string): number {
  return objects.filter(({ conditions }) => conditions.some((part) => part.type === type && part.status === 'True')).length;
}
