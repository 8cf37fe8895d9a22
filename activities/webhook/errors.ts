/** It did not take the notice; another attempt may go better. */
export class WebhookFailedError extends Error {
  override readonly name = 'WebhookFailedError';
}

/** It answered that it never will: a wrong address, or a token that it does not know. */
export class WebhookRefusedError extends Error {
  override readonly name = 'WebhookRefusedError';
}
