import { describe, expect, test } from 'vitest';
import { createEtcdctlMembers, EtcdctlError } from '../../../activities/etcd/etcdctl-members.ts';
import type { CommandRunner, SshTarget } from '../../../activities/seams/command-runner.ts';

const via: SshTarget = { clusterUid: 'uid', machine: 'cp-a', machineUid: 'm', host: '127.0.0.1', port: 22 };
const { signal } = new AbortController();

/** As etcdctl 3.6 prints them; the IDs are beyond what a JavaScript number can hold. */
const memberList = `{"header":{"cluster_id":14841639068965178418,"member_id":10276657743932975437,"raft_term":2},"members":[
{"ID":10276657743932975437,"name":"cp-a","peerURLs":["https://172.30.1.10:2380"],"clientURLs":["https://172.30.1.10:2379"]},
{"ID":17970319243120123903,"peerURLs":["https://172.30.1.11:2380"],"isLearner":true}]}`;
const health = '[{"endpoint":"https://172.30.1.10:2379","health":true,"took":"3ms"}]';

const unused = () => Promise.reject(new Error('not used here'));

function runnerOf(answers: Readonly<Record<string, { readonly stdout: string; readonly exitCode?: number; readonly stderr?: string }>>) {
  const scripts: string[] = [];
  const run: CommandRunner['run'] = async (_target, script) => {
    scripts.push(script);
    const answer = Object.entries(answers).find(([part]) => script.includes(part))?.[1];
    if (answer === undefined) throw new Error(`unexpected: ${script}`);
    return { exitCode: 0, stderr: '', ...answer };
  };
  const runner: CommandRunner = { run, stream: unused, send: unused, runDurable: unused, writeFiles: unused, forget: () => undefined, close: async () => undefined };
  return { members: createEtcdctlMembers(runner), scripts };
}

describe('etcdctl on a Machine', () => {
  test('IDs keep every digit; a member that never started has no name and is not healthy', async () => {
    const { members } = runnerOf({ 'member list': { stdout: memberList }, 'endpoint health': { stdout: health, exitCode: 1 } });
    expect(await members.list(via, signal)).toEqual([
      { id: '8e9e05c52164694d', name: 'cp-a', peerUrls: ['https://172.30.1.10:2380'], learner: false, healthy: true },
      { id: 'f96366240a8a9fff', name: '', peerUrls: ['https://172.30.1.11:2380'], learner: true, healthy: false },
    ]);
  });

  test('what asks every member gives up a dead one after two seconds, side by side: facts are waited for no longer than five', async () => {
    const { members, scripts } = runnerOf({ 'member list': { stdout: memberList }, 'endpoint health': { stdout: health, exitCode: 1 }, 'endpoint status': { stdout: '[]', exitCode: 1 }, 'alarm list': { stdout: '' } });
    expect(await members.observe(via, signal)).toHaveLength(2);
    const asked = scripts.filter((script) => script.includes('--cluster'));
    expect(asked.map((script) => [script.includes('--command-timeout=2s'), /endpoint \w+/.exec(script)?.[0]])).toEqual([
      [true, 'endpoint status'],
      [true, 'endpoint health'],
    ]);
  });

  test('a member that is gone already is not removed again', async () => {
    const { members, scripts } = runnerOf({ 'member list': { stdout: memberList } });
    await members.remove(via, 'abc', signal);
    expect(scripts.some((script) => script.includes('member remove'))).toBe(false);
  });

  test('a member is removed by its ID', async () => {
    const { members, scripts } = runnerOf({ 'member list': { stdout: memberList }, 'member remove': { stdout: '' } });
    await members.remove(via, '8e9e05c52164694d', signal);
    expect(scripts.at(-1)).toContain('member remove 8e9e05c52164694d');
  });

  test.each(['', 'abc; reboot', '-h', 'F963', '12345678901234567'])('what is no member ID is refused: %j', async (id) => {
    const { members, scripts } = runnerOf({});
    await expect(members.remove(via, id, signal)).rejects.toThrow(EtcdctlError);
    expect(scripts).toEqual([]);
  });

  test('a refusal says what, where and why', async () => {
    const { members } = runnerOf({ 'member list': { stdout: '', exitCode: 1, stderr: 'Error: etcdserver: no leader\n' } });
    await expect(members.list(via, signal)).rejects.toThrow(
      'etcdctl member list -w json on Machine cp-a exited with 1: Error: etcdserver: no leader',
    );
  });
});

describe('membership, as a change of it must know it', () => {
  const status = `[{"Endpoint":"https://172.30.1.10:2379","Status":{"header":{"member_id":10276657743932975437},"version":"3.5.35","leader":10276657743932975437}}]`;

  test('the leader, the versions and the alarms stand with their members', async () => {
    const { members } = runnerOf({
      'member list': { stdout: memberList },
      'endpoint health': { stdout: health },
      'endpoint status': { stdout: status },
      'alarm list': { stdout: 'memberID:10276657743932975437 alarm:NOSPACE\n' },
    });
    const observed = await members.observe(via, signal);
    expect(observed).toMatchObject([
      { id: '8e9e05c52164694d', leader: true, version: '3.5.35', alarms: ['NOSPACE'] },
      { id: 'f96366240a8a9fff', leader: false },
    ]);
    // Its endpoint has not said anything.
    expect(observed[1]).not.toHaveProperty('version');
  });

  test.each([
    ['no answer at all', ''],
    ['an election', '[{"Endpoint":"a","Status":{"header":{}}}]'],
  ])('without a leader nobody is said to lead: %s', async (_name, stdout) => {
    const { members } = runnerOf({ 'member list': { stdout: memberList }, 'endpoint health': { stdout: health }, 'endpoint status': { stdout }, 'alarm list': { stdout: '' } });
    expect((await members.observe(via, signal)).map(({ leader }) => leader)).toEqual([false, false]);
  });

  test('the leadership is handed over by the leader itself, and only where another one has it', async () => {
    const { members, scripts } = runnerOf({ 'member list': { stdout: memberList }, 'endpoint health': { stdout: health }, 'endpoint status': { stdout: status }, 'move-leader': { stdout: '' } });
    await members.moveLeader(via, '8e9e05c52164694d', signal);
    expect(scripts.some((script) => script.includes('move-leader'))).toBe(false);
    await members.moveLeader(via, 'f96366240a8a9fff', signal);
    expect(scripts.at(-1)).toMatch(/move-leader f96366240a8a9fff --endpoints='https:\/\/172\.30\.1\.10:2379'$/);
  });
});
