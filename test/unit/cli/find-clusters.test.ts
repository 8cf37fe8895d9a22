import { describe, expect, test, vi } from 'vitest';
import { findClusters } from '../../../cli/temporal/clusters.ts';
import type { TemporalSession } from '../../../cli/temporal/session.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import { acceptedCluster } from '../domain/support/clusters.ts';

/** A Temporal that knows these clusters, and whose worker answers so. */
function sessionWith(answers: Readonly<Record<string, ClusterState | Error>>): TemporalSession {
  const executions = Object.keys(answers).map((name) => ({ workflowId: `cluster/${name}` }));
  const session = {
    target: { address: '127.0.0.1:7233', namespace: 'default', origin: 'local', connection: {} },
    client: {
      async *list() {
        yield* executions;
      },
    },
    openClient: {
      getHandle: (id: string) => ({
        query: async () => {
          const answer = answers[id.slice('cluster/'.length)];
          if (answer instanceof Error) throw answer;
          return answer;
        },
      }),
    },
    connection: { withDeadline: async (_deadline: number, work: () => Promise<unknown>) => work() },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no more of a session is asked here
  return session as unknown as TemporalSession;
}

function named(name: string): ClusterState {
  const state = acceptedCluster();
  return { ...state, identity: { ...state.identity, name } };
}

const broken = new Error('[TMPRL1100] Nondeterminism error');

describe('a cluster whose workflow fails', () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);

  test('keeps nobody from the others, and is told of', async () => {
    const found = await findClusters(sessionWith({ one: named('one'), two: broken, three: named('three') }), ({ identity }) => identity.name === 'three');
    expect(found.map(({ identity }) => identity.name)).toEqual(['three']);
    expect(told.mock.calls.join('')).toContain('the workflow of cluster "two" cannot be read: [TMPRL1100]');
  });

  test('is the answer where nothing else was found: it may be the one', async () => {
    await expect(findClusters(sessionWith({ one: named('one'), two: broken }), () => false)).rejects.toMatchObject({ facts: { where: 'workflow cluster/two' } });
    await expect(findClusters(sessionWith({ one: named('one') }), () => false)).resolves.toEqual([]);
  });
});
