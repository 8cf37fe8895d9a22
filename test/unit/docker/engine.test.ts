import { describe, expect, test } from 'vitest';
import { callEngine, findInEngine, hasStatus, repeatUntil, translateEngineError } from '../../../activities/docker/engine.ts';

const failure = (properties: object): Error => Object.assign(new Error('(HTTP code 500) server error - it broke '), properties);

test.each([
  [{ code: 'ECONNREFUSED' }, 'DockerUnreachableError', /DOCKER_HOST/],
  [{ code: 'ENOENT' }, 'DockerUnreachableError', /slipway setup/],
  [{ code: 'EACCES' }, 'DockerPermissionError', /group "docker"/],
  [{ statusCode: 500 }, 'DockerRequestError', /it broke$/],
  [{ code: 'ECONNRESET' }, 'DockerRequestError', /it broke$/],
])('%j becomes %s', (properties, name, message) => {
  const error = translateEngineError('list containers', failure(properties));
  expect(error.name).toBe(name);
  expect(error.message).toMatch(/^cannot list containers: /);
  expect(error.message).toMatch(message);
});

describe('a request', () => {
  const { signal } = new AbortController();

  test('that finds nothing is undefined; another failure is thrown', async () => {
    expect(await findInEngine('look', signal, async () => Promise.reject(failure({ statusCode: 404 })))).toBeUndefined();
    const refused = await findInEngine('look', signal, async () => Promise.reject(failure({ statusCode: 409 }))).catch((error: unknown) => error);
    expect(hasStatus(refused, 404, 409)).toBe(true);
    expect(hasStatus(refused, 404)).toBe(false);
  });

  test('that takes no signal ends with it nevertheless, by its reason', async () => {
    const controller = new AbortController();
    const waiting = callEngine('wait', controller.signal, () => new Promise(() => undefined));
    const reason = new Error('cancelled');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(callEngine('wait', controller.signal, async () => 1)).rejects.toBe(reason);
  });
});

describe('repeating', () => {
  const request = { what: 'remove cluster demo', timeoutMs: 250, signal: new AbortController().signal };

  test('ends when it is done', async () => {
    let rounds = 0;
    await repeatUntil(request, async () => (rounds += 1) === 3);
    expect(rounds).toBe(3);
  });

  test('ends with an error that says what is not done', async () => {
    await expect(repeatUntil(request, async () => false)).rejects.toThrow(/^remove cluster demo: not done after 0\.25 s/);
  });
});
