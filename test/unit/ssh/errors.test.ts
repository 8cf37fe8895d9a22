import { describe, expect, it, test } from 'vitest';
import * as commandErrors from '../../../activities/ssh/command-errors.ts';
import * as errors from '../../../activities/ssh/errors.ts';

const target = { clusterUid: 'c', machine: 'demo-cp-x2f9', machineUid: 'm', host: '127.0.0.1', port: 36001 };
const token = 'abcdef.0123456789abcdef';
const result = { exitCode: 3, stdout: '', stderr: `one\ntwo\n--token ${token}\n` };
const cause = new Error(`connect ECONNREFUSED ${token}`);

const all: readonly (readonly [errors.SshError, retryable: boolean, outcome: errors.RemoteOutcome])[] = [
  [new errors.SshUnreachableError(target, cause), true, 'unchanged'],
  [new errors.HostKeyChangedError({ target, expected: 'SHA256:a', got: token }), false, 'unchanged'],
  [new errors.SshAuthenticationError(target, token), false, 'unchanged'],
  [new errors.SshTimeoutError({ target, waitedFor: token, timeoutMs: 1500, outcome: 'unknown' }), true, 'unknown'],
  [new errors.SshConnectionLostError({ target, reason: token, outcome: 'unknown' }), true, 'unknown'],
  [new errors.SshSessionRefusedError(target, cause), true, 'unchanged'],
  [new commandErrors.SshInputIncompleteError(target, token), true, 'unchanged'],
  [new commandErrors.CommandFailedError({ target, what: 'kubeadm init', result, next: 'Retry.' }), true, 'failed'],
  [new commandErrors.WriteFilesError({ target, path: `/etc/${token}`, written: 1, result }), true, 'failed'],
  [new commandErrors.FencedAttemptError({ target, operation: 'a', generation: 1, recorded: 2 }), false, 'unchanged'],
  [new commandErrors.DurableCommandRefusedError({ target, operation: 'a', reason: token, outcome: 'unknown' }), true, 'unknown'],
  [new commandErrors.DurableCommandVanishedError(target, 'a'), true, 'unknown'],
];

describe('an SSH error', () => {
  test.each(all.map(([error, ...rest]) => [error.name, error, ...rest] as const))('%s says where, what stayed, and holds no secret', (name, error, retryable, outcome) => {
    expect(error).toBeInstanceOf(errors.SshError);
    expect(error.constructor.name).toBe(name);
    expect(error).toMatchObject({ retryable, outcome, machine: 'demo-cp-x2f9', endpoint: '127.0.0.1:36001' });
    expect(error.message).toMatch(/^Machine demo-cp-x2f9 \(SSH 127\.0\.0\.1:36001\): .+\.$/s);
    expect(`${error.message} ${error.stack}`).not.toContain(token);
  });

  it('is tested for every class there is', () => {
    const classes = Object.values({ ...errors, ...commandErrors }).filter((value) => value !== errors.SshError);
    expect(all.map(([error]) => error.constructor).toSorted(byName)).toEqual(classes.toSorted(byName));
  });

  it('quotes the end of the output, scrubbed', () => {
    const error = new commandErrors.CommandFailedError({ target, what: 'kubeadm init', result, next: 'Retry.' });
    expect(error.message).toContain('kubeadm init failed with exit code 3:\none\ntwo\n--token [removed: bootstrap token]\n');
  });
});

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name.localeCompare(b.name);
}
