import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';

/**
 * Named timeout and retry profiles. Every activity heartbeats every two seconds (the worker's
 * interceptor sees to it), so a killed worker is noticed after ten seconds, whatever the profile.
 * Attempts are bounded and schedule-to-close is not: a worker that is away for an hour uses none.
 */

/** What a store refuses for what it says, not for how it is: another attempt says the same. */
const refusedByStore = ['RecordConflictError', 'PlainSecretError', 'StoreVersionError', 'StoreKeyError'] as const;

/** Errors whose cause another attempt would not change, by the name of their class. */
export const finalErrors: readonly string[] = [
  ...refusedByStore,
  'HostKeyChangedError',
  'SshAuthenticationError',
  'OwnedByAnotherError',
  'VersionNotAvailableError',
  'EngineNotSuitableError',
  'ClusterDeletedError',
  'KubeadmFailedError',
  'FencedAttemptError',
  'AdmissionRefusedError',
  'ClusterNotFoundError',
  'RevisionNotFoundError',
  'SecretBoxError',
  'SecretNotFoundError',
  'CertificateLifetimeError',
  'IdentityRefusedError',
  'DrainImpossibleError',
  'AddonsNotReadyError',
  'BackupCredentialsError',
  'BackupDestinationFullError',
  'BackupDestinationMissingError',
  'BackupNotFoundError',
  'WebhookRefusedError',
];

const common = {
  heartbeatTimeout: '10 seconds',
  // A step ends only when its activity has really stopped: what comes after may remove what it was making.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;

const retry = { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds', nonRetryableErrorTypes: [...finalErrors] };

/** Reads and small writes: the engine, the store, the Kubernetes API. */
export const quick: ActivityOptions = {
  ...common,
  startToCloseTimeout: '60 seconds',
  retry: { ...retry, maximumAttempts: 8 },
};

/** What must be written before the entity goes on: retried for as long as it takes, but for what can never be. */
export const persistent: ActivityOptions = {
  ...common,
  startToCloseTimeout: '60 seconds',
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '30 seconds', nonRetryableErrorTypes: [...refusedByStore] },
};

/** What the entity does for itself while it can do nothing else: a failure is shown soon, and the entity begins again (Troubles). */
export const chore: ActivityOptions = {
  ...common,
  startToCloseTimeout: '60 seconds',
  retry: { ...retry, maximumAttempts: 4 },
};

/** Commands on a Machine that take minutes; a new attempt attaches to the one under way. */
export const remote: ActivityOptions = {
  ...common,
  startToCloseTimeout: '10 minutes',
  retry: { ...retry, maximumAttempts: 10 },
};

/** Watching something come true. */
export const wait: ActivityOptions = {
  ...common,
  startToCloseTimeout: '5 minutes',
  retry: { ...retry, maximumAttempts: 4 },
};

/** Waiting for Pods to leave: as long as their budgets, and the people behind them, take. */
export const patient: ActivityOptions = {
  ...common,
  startToCloseTimeout: '30 days',
  retry: { ...retry, maximumAttempts: 20 },
};

/** What nobody waits for: tried for some 25 minutes. */
export const stubborn: ActivityOptions = {
  ...common,
  startToCloseTimeout: '30 seconds',
  retry: { ...retry, initialInterval: '1 second', maximumInterval: '1 minute', maximumAttempts: 30 },
};

/** What is worth a minute of patience, and is left out where that is not enough. */
export const once: ActivityOptions = {
  ...common,
  startToCloseTimeout: '60 seconds',
  retry: { ...retry, maximumAttempts: 1 },
};

/** Answers for somebody who is looking at a terminal. */
export const interactive: ActivityOptions = {
  ...common,
  startToCloseTimeout: '20 seconds',
  retry: { ...retry, maximumAttempts: 2 },
};

/** Streaming a backup: as long as it takes, a few times. A new attempt begins the object anew. */
export const transfer: ActivityOptions = {
  ...common,
  startToCloseTimeout: '12 hours',
  retry: { ...retry, maximumAttempts: 4 },
};

/** Reading a backup to its end, for somebody who waits: what is wrong with it is wrong the second time, too. */
export const transferOnce: ActivityOptions = {
  ...common,
  startToCloseTimeout: '12 hours',
  retry: { ...retry, maximumAttempts: 1 },
};
