import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { createNoticeActivities } from '../../../activities/notice-activities.ts';
import type { Webhook } from '../../../activities/webhook/webhook.ts';
import type { Notice } from '../../../domain/notices/notice.ts';
import { readWorkerConfig } from '../../../workers/config.ts';

const scratch = mkdtempSync(join(tmpdir(), 'slipway-webhook-'));
const servers: Server[] = [];

afterEach(() => servers.splice(0).forEach((server) => server.close()));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Received = { readonly method: string; readonly path: string; readonly authorization: string | undefined; readonly type: string | undefined; readonly body: string };

/** A server of this process that answers with those, one after the other, and remembers what it got. */
async function listen(...answers: readonly ((response: ServerResponse) => void)[]) {
  const received: Received[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      answers[received.length]?.(response);
      received.push({ method, path, authorization: headers.authorization, type: headers['content-type'], body });
      response.end();
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { received, url: `http://127.0.0.1:${address.port}/hooks/T0P-S3CRET` };
}

const status = (code: number, headers: Readonly<Record<string, string>> = {}) => (response: ServerResponse) => void response.writeHead(code, headers);

const notice: Notice = {
  kind: 'Blocked',
  subject: 'demo-scale-2',
  operation: { id: 'demo-scale-2', verb: 'scale', actor: 'ada@laptop' },
  since: Date.UTC(2026, 10, 20, 12),
  reasons: ['at cluster/demo/machine/demo-md-0-x/remove: drain', 'password: hunter2hunter2'],
};
const cluster = { installation: 'inst-1', name: 'demo', uid: 'uid-demo' };

function send(webhook: Webhook | undefined) {
  const counted: string[] = [];
  const activities = createNoticeActivities({
    namespace: 'default',
    webUi: 'http://127.0.0.1:8233',
    count: (kind, outcome) => counted.push(`${kind} ${outcome}`),
    ...(webhook === undefined ? {} : { webhook }),
  });
  return { counted, result: new MockActivityEnvironment().run(() => activities.sendNotice({ cluster, notice })) };
}

describe('the webhook', () => {
  test('gets what has happened, where, since when, and where to look; no secret', async () => {
    const { url, received } = await listen(status(204));
    const tokenFile = join(scratch, 'token');
    writeFileSync(tokenFile, 'abc123\n');
    const { result, counted } = send({ url, tokenFile });
    expect(await result).toEqual({ delivery: 'delivered' });
    expect(counted).toEqual(['Blocked delivered']);
    const [got] = received;
    expect(got).toMatchObject({ method: 'POST', path: '/hooks/T0P-S3CRET', authorization: 'Bearer abc123', type: 'application/json' });
    expect(JSON.parse(got?.body ?? '')).toEqual({
      schemaVersion: 1,
      kind: 'Blocked',
      cluster: { name: 'demo', uid: 'uid-demo', installation: 'inst-1' },
      operation: { id: 'demo-scale-2', verb: 'scale', actor: 'ada@laptop' },
      since: '2026-11-20T12:00:00.000Z',
      reasons: ['at cluster/demo/machine/demo-md-0-x/remove: drain', expect.any(String)],
      link: 'http://127.0.0.1:8233/namespaces/default/workflows/cluster%2Fdemo',
      next: ['slipway describe cluster demo'],
    });
    expect(got?.body).not.toContain('hunter2');
  });

  test('that nobody named is not asked', async () => {
    const { result, counted } = send(undefined);
    expect(await result).toEqual({ delivery: 'off' });
    expect(counted).toEqual(['Blocked off']);
  });

  test.each([
    [500, 'WebhookFailedError'],
    [429, 'WebhookFailedError'],
    [404, 'WebhookRefusedError'],
    [401, 'WebhookRefusedError'],
  ])('that answers %i is asked again only where that may help; its address is not told', async (code, name) => {
    const { url } = await listen(status(code));
    const { result, counted } = send({ url });
    const error = await result.then(() => undefined, (thrown: unknown) => thrown);
    expect(error).toMatchObject({ name, message: expect.stringContaining(`answered ${code}`) });
    expect(String(error)).not.toContain('T0P-S3CRET');
    expect(counted).toEqual(['Blocked failed']);
  });

  test('that sends elsewhere is not followed: the token is not for others', async () => {
    const other = await listen(status(200));
    const { url } = await listen(status(307, { location: other.url }));
    await expect(send({ url }).result).rejects.toMatchObject({ name: 'WebhookRefusedError' });
    expect(other.received).toEqual([]);
  });

  test('that is dead says so by code', async () => {
    const { url } = await listen();
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    await expect(send({ url }).result).rejects.toMatchObject({ name: 'WebhookFailedError', message: expect.stringMatching(/^the webhook at http:\/\/127.0.0.1:\d+ did not answer: ECONNREFUSED\./) });
  });

  test('whose token cannot be read is not asked without one', async () => {
    const { url, received } = await listen(status(200));
    await expect(send({ url, tokenFile: join(scratch, 'missing') }).result).rejects.toThrow(/token could not be read from .*missing/);
    expect(received).toEqual([]);
  });
});

describe('the worker’s configuration', () => {
  const env = { SLIPWAY_HOME: scratch };

  test('takes an address and a token’s file', () => {
    expect(readWorkerConfig({ ...env, SLIPWAY_WEBHOOK_URL: 'https://example.com/hook', SLIPWAY_WEBHOOK_TOKEN_FILE: '/run/token', SLIPWAY_WEB_UI: 'http://127.0.0.1:8233/' })).toMatchObject({
      webhook: { url: 'https://example.com/hook', tokenFile: '/run/token' },
      webUi: 'http://127.0.0.1:8233',
    });
    expect(readWorkerConfig(env)).not.toHaveProperty('webhook');
  });

  test.each(['ftp://example.com/', 'example.com/hook', 'https://ada:secret@example.com/'])('refuses %s', (url) => {
    expect(() => readWorkerConfig({ ...env, SLIPWAY_WEBHOOK_URL: url })).toThrow(/SLIPWAY_WEBHOOK_URL/);
  });
});
