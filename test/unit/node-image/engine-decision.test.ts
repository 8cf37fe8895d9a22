import { describe, expect, test } from 'vitest';
import { decideEngine } from '../../../node-image/setup/docker-engine.mjs';
import { exitCodes, SetupProblem } from '../../../node-image/setup/problems.mjs';

type Facts = Parameters<typeof decideEngine>[0];

type Engine = Facts['engine'];

const ready: Engine = { state: 'ready', version: '24.0.7', os: 'linux', arch: 'amd64', root: '/var/lib/docker' };
const unreachable: Engine = { state: 'unreachable', evidence: 'Cannot connect' };
const forbidden: Engine = { state: 'no-rights', evidence: 'permission denied' };
const debianRoot: Facts = {
  engine: unreachable,
  os: 'linux',
  root: true,
  debian: true,
  elsewhere: false,
  daemon: false,
};

describe('what is done about a Docker engine', () => {
  test.each<[string, Partial<Facts>, 'use' | 'start' | 'install']>([
    ['one that answers is used, whoever asks', { engine: ready, root: false, elsewhere: true }, 'use'],
    ['one that is installed and stopped is started', { daemon: true }, 'start'],
    ['none on Debian is installed by root', {}, 'install'],
    ['a daemon without its client is completed', { daemon: true, engine: { state: 'no-client' } }, 'install'],
  ])('%s', (_, facts, decision) => {
    expect(decideEngine({ ...debianRoot, ...facts })).toBe(decision);
  });

  test.each<[string, Partial<Facts>, RegExp, RegExp]>([
    ['no rights', { engine: forbidden }, /may not use Docker/, /usermod -aG docker/],
    ['another engine named', { elsewhere: true }, /DOCKER_HOST or the current context/, /docker context use default/],
    ['macOS', { os: 'darwin' }, /no Docker engine answers/, /colima/],
    ['not root, nothing installed', { root: false }, /only root may/, /apt-get install docker\.io/],
    ['not root, stopped', { root: false, daemon: true }, /only root may/, /systemctl start docker/],
    ['root without apt', { debian: false }, /has no apt/, /docs\.docker\.com/],
    ['an engine that is too old', { engine: { ...ready, version: '19.03.15' } }, /19\.03\.15 is too old/, /upgrade/],
    ['Windows containers', { engine: { ...ready, os: 'windows' } }, /windows containers/, /Linux containers/],
  ])('%s: a person is told what to do, and nothing was changed', (_, facts, what, next) => {
    const problem = problemOf(() => decideEngine({ ...debianRoot, ...facts }));
    expect(problem.code).toBe(exitCodes.docker);
    expect(problem.message).toMatch(what);
    expect(problem.unchanged).toBe('nothing was installed or started');
    expect(problem.next.join('\n')).toMatch(next);
    expect(problem.next.at(-1)).toBe('then run: npm run setup');
  });
});

function problemOf(run: () => unknown): SetupProblem {
  try {
    run();
  } catch (error) {
    if (error instanceof SetupProblem) return error;
    throw error;
  }
  throw new Error('no problem was found');
}
