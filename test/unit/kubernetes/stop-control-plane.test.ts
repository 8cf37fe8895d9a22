import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { createRecoveryActivities } from '../../../activities/recovery-activities.ts';
import type { CommandResult, SshTarget } from '../../../activities/seams/command-runner.ts';
import { SshConnectionLostError, SshUnreachableError } from '../../../activities/ssh/errors.ts';
import { machine } from '../domain/support/clusters.ts';

const notAsked = async (): Promise<never> => Promise.reject(new Error('nobody asks for this'));
const allocation = { host: 'local', subnet: '172.30.4.0/24', gateway: '172.30.4.1', loadBalancerAddress: '172.30.4.2', apiServerHostPort: 20_001 };
const cluster = { installation: 'i', name: 'demo', uid: 'u' };

/** One attempt, of the activity alone. */
function stop(attempt: number, answer: (target: SshTarget) => Promise<CommandResult>): Promise<unknown> {
  const activities = createRecoveryActivities({
    readBackup: notAsked,
    snapshots: { deliver: notAsked },
    bootstrapper: { stopControlPlane: answer },
    maintenance: { deleteNode: notAsked, listPods: notAsked, deletePod: notAsked },
    workload: { listNodes: notAsked, listComponents: notAsked, moveEndpoint: notAsked, isServing: notAsked },
  });
  return new MockActivityEnvironment({ attempt }).run(() => activities.stopControlPlane({ cluster, allocation, machine: machine('cp-1', 'Running') }));
}

const ended = (exitCode: number) => async (): Promise<CommandResult> => ({ exitCode, stdout: '', stderr: 'etcd is still there' });
const lost = async (target: SshTarget): Promise<CommandResult> => Promise.reject(new SshConnectionLostError({ target, reason: 'reset', outcome: 'unknown' }));
const gone = async (target: SshTarget): Promise<CommandResult> => Promise.reject(new SshUnreachableError(target, new Error('refused')));

test('a Machine that has stopped says so', async () => {
  await expect(stop(1, ended(0))).resolves.toEqual({ stopped: true });
});

test('one that was reached is told again, and not for ever: a recovery waits for no Machine', async () => {
  for (const attempt of [1, 2]) {
    await expect(stop(attempt, ended(1))).rejects.toMatchObject({ name: 'ControlPlaneRunsOnError', message: expect.stringContaining('etcd is still there') });
    await expect(stop(attempt, lost)).rejects.toMatchObject({ name: 'SshConnectionLostError' });
  }
  await expect(stop(3, ended(1))).resolves.toEqual({ stopped: false });
  await expect(stop(3, lost)).resolves.toEqual({ stopped: false });
});

test('one that is gone is asked once', async () => {
  await expect(stop(1, gone)).resolves.toEqual({ stopped: false });
});
