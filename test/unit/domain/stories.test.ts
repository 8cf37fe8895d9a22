import { describe, expect, test } from 'vitest';
import { currentOperation, type ClusterState } from '../../../domain/cluster-state.ts';
import type { StepOutcome } from '../../../domain/step.ts';
import { acceptedCluster, now } from './support/clusters.ts';
import { happen, running, settle, type Happening, type Passed } from './support/lifecycle.ts';

/** Whole operations as readable logs: what each report led to, and why. Compared with golden files. */

type Event = { readonly step: RegExp; readonly outcome: StepOutcome['kind'] } | { readonly command: Happening };

function tellStory(cluster: ClusterState, events: readonly Event[]): string {
  const lines = ['create'];
  let standing = describeOperation(cluster);
  const onPass = ({ plan, state }: Passed): void => {
    for (const { kind, machine, reasons } of plan.start) lines.push(`  start ${kind}${machine === undefined ? '' : ` ${machine}`}: ${reasons.join('; ')}`);
    for (const { subject, reasons } of plan.action === 'start' ? plan.waiting : []) lines.push(`  ${subject} waits: ${reasons.join('; ')}`);
    if (describeOperation(state) !== standing) lines.push(`  ${describeOperation(state)}`);
    standing = describeOperation(state);
  };
  let state = settle(cluster, now, { onPass });
  for (const event of events) {
    lines.push('command' in event ? event.command.kind : `${event.outcome}: ${event.step.source}`);
    state = settle(happen(state, 'command' in event ? event.command : reportOf(state, event), now), now, { onPass });
  }
  expect(running(state)).toEqual([]);
  return `${lines.join('\n')}\n`;
}

function describeOperation(state: ClusterState): string {
  const operation = currentOperation(state);
  return `${operation?.id} is ${operation?.phase}, the cluster ${state.phase}`;
}

function reportOf(state: ClusterState, { step, outcome }: Extract<Event, { readonly step: RegExp }>): Happening {
  const pick = running(state).findIndex(({ kind, machine }) => step.test(machine === undefined ? kind : `${kind} ${machine}`));
  if (pick === -1) throw new Error(`${step.source} is not running`);
  return { kind: outcome, pick };
}

const done = (step: RegExp): Event => ({ step, outcome: 'done' });
const joined = (step: RegExp): Event => ({ step, outcome: 'joined' });
const blocked = (step: RegExp): Event => ({ step, outcome: 'blocked' });
const provisioned = (...machines: readonly string[]) => machines.map((name) => done(new RegExp(`ProvisionMachine ${name}`)));

const stories: Readonly<Record<string, readonly [Parameters<typeof acceptedCluster>[0], readonly Event[]]>> = {
  'create-3-2': [
    { controlPlanes: 3, workers: 2 },
    [
      done(/EnsureInfrastructure/),
      ...provisioned('cp-2', 'w-1', 'cp-1', 'w-2', 'cp-3'),
      joined(/InitControlPlane cp-2/),
      done(/InstallAddons/),
      done(/InitControlPlane cp-2/),
      done(/PrepareControlPlane cp-1/),
      joined(/JoinWorker w-2/),
      done(/JoinWorker w-2/),
      done(/PrepareControlPlane cp-3/),
      joined(/JoinControlPlane cp-1/),
      done(/JoinWorker w-1/),
      joined(/JoinControlPlane cp-3/),
      done(/JoinControlPlane cp-3/),
      done(/JoinControlPlane cp-1/),
    ],
  ],
  'blocked-and-resumed': [
    { controlPlanes: 3, workers: 1 },
    [
      done(/EnsureInfrastructure/),
      ...provisioned('cp-1', 'cp-2', 'cp-3', 'w-1'),
      joined(/InitControlPlane cp-1/),
      done(/PrepareControlPlane cp-2/),
      blocked(/JoinControlPlane cp-2/),
      done(/PrepareControlPlane cp-3/),
      done(/JoinWorker w-1/),
      done(/InstallAddons/),
      done(/InitControlPlane cp-1/),
      { command: { kind: 'apply', onFailure: 'block' } },
      joined(/JoinControlPlane cp-2/),
      done(/JoinControlPlane cp-2/),
      done(/JoinControlPlane cp-3/),
    ],
  ],
  undone: [
    { controlPlanes: 1, workers: 1, onFailure: 'undo' },
    [done(/EnsureInfrastructure/), blocked(/ProvisionMachine cp-1/), done(/ProvisionMachine w-1/), done(/DeleteCluster/)],
  ],
  'deleted-while-created': [
    { controlPlanes: 1, workers: 1 },
    [
      done(/EnsureInfrastructure/),
      { command: { kind: 'delete' } },
      { step: /ProvisionMachine cp-1/, outcome: 'cancelled' },
      blocked(/ProvisionMachine w-1/),
      done(/DeleteCluster/),
    ],
  ],
};

describe('stories', () => {
  test.each(Object.entries(stories))('%s is told as in the golden file', async (name, [size, events]) => {
    await expect(tellStory(acceptedCluster(size), events)).toMatchFileSnapshot(`../../golden/domain/${name}.txt`);
  });
});
