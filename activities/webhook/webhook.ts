import { readFile } from 'node:fs/promises';
import { WebhookFailedError, WebhookRefusedError } from './errors.ts';

/** Where people are told. The address may be a secret itself: errors name its origin alone. */
export type Webhook = {
  readonly url: string;
  /** Holds a bearer token; read each time, so that it may be replaced. */
  readonly tokenFile?: string;
};

const timeoutMs = 10_000;

/** Too early, too many: asked again, these may be answered otherwise. */
const passing: readonly number[] = [408, 425, 429];

/**
 * Posts `body` as JSON. Redirects are not followed: the token is for that address alone.
 * @throws WebhookFailedError; WebhookRefusedError where asking again would not help
 */
export async function postToWebhook({ url, tokenFile }: Webhook, body: unknown, signal: AbortSignal): Promise<void> {
  const where = `the webhook at ${new URL(url).origin}`;
  const token = tokenFile === undefined ? {} : { authorization: `Bearer ${await readToken(tokenFile)}` };
  const status = await post(where, url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'slipway', ...token },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  if (status >= 200 && status < 300) return;
  if (status >= 300 && status < 500 && !passing.includes(status)) {
    throw new WebhookRefusedError(`${where} answered ${status}. Nobody was told. Look at SLIPWAY_WEBHOOK_URL and at the token.`);
  }
  throw new WebhookFailedError(`${where} answered ${status}. Nobody was told yet.`);
}

async function post(where: string, url: string, request: RequestInit): Promise<number> {
  try {
    const answer = await fetch(url, request);
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    throw new WebhookFailedError(`${where} did not answer: ${reasonOf(error)}. Nobody was told yet.`);
  }
}

/** fetch says "fetch failed" of everything; what it was is in its cause, by code: a message may hold the address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'TimeoutError') return `no answer in ${timeoutMs / 1000} s`;
  const { cause } = error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : error.name;
}

async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new WebhookFailedError(`the webhook's token could not be read from ${file} (SLIPWAY_WEBHOOK_TOKEN_FILE). Nobody was told yet.`);
  }
}
