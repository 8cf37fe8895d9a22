import type { RevisionSummary } from '../../domain/rollout/revision-history.ts';

/** `rollout history -o json`: keys are a stable interface, times are ISO 8601. */
export function viewRevision({ revision, at, actor, reason, changes }: RevisionSummary): object {
  return { kind: 'Revision', revision, at: new Date(at).toISOString(), actor, reason, changes };
}
