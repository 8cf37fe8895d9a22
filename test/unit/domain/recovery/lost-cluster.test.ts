import { describe, expect, test } from 'vitest';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { isInitialized } from '../../../../domain/cluster-state.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { acceptRecovery } from '../../../../domain/recovery/accept-recovery.ts';
import { keepTemplates } from '../../../../domain/recovery/keep-templates.ts';
import { stateOfLostCluster, type FoundMachine, type LostCluster } from '../../../../domain/recovery/lost-cluster.ts';
import { controlPlaneTemplate, workerTemplate } from '../../../../domain/rollout/machine-template.ts';
import { desired, machine, now } from '../support/clusters.ts';
import { backup, recoveredAt, running } from './recoveries.ts';

const who = { actor: 'ada@laptop', now: recoveredAt };
const allocation = { host: 'local', subnet: '172.30.4.0/24', gateway: '172.30.4.1', loadBalancerAddress: '172.30.4.2', apiServerHostPort: 22_000 };

function found(name: string): FoundMachine {
  const { uid, role, owner, version, address, sshPort } = machine(name);
  return { name, uid, role, owner, version, address, sshPort };
}

function lost(facts: Partial<LostCluster> = {}): LostCluster {
  const { identity, host, desired: wanted, revision, version, createdAt, machines } = running(3, 2);
  return { identity, host, allocation, desired: wanted, revision, version, createdAt, machines, found: machines.map(({ name }) => found(name)), ...facts };
}

describe('the state of a lost cluster', () => {
  test('has the Machines that are there, as the backup knows them', () => {
    const { machines } = lost();
    expect(stateOfLostCluster(lost(), who).machines).toEqual(machines);
    const some = stateOfLostCluster(lost({ found: ['cp-2', 'w-1'].map(found) }), who);
    expect(some.machines).toEqual(machines.filter(({ name }) => ['cp-2', 'w-1'].includes(name)));
    expect(stateOfLostCluster(lost({ found: [] }), who).machines).toEqual([]);
  });

  test('what people had said of it holds again', () => {
    const sayings = { paused: { actor: 'ada@laptop', at: 1, reason: 'the audit' } };
    expect(stateOfLostCluster(lost({ sayings }), who)).toMatchObject(sayings);
    expect(stateOfLostCluster(lost(), who).paused).toBeUndefined();
  });

  test('has those that the backup does not know, and those that were half made, as leaving', () => {
    const half = lost().machines.map((one) => (one.name === 'w-2' ? { ...one, phase: 'Bootstrapping' as const } : one));
    const state = stateOfLostCluster(lost({ machines: half, found: [...lost().found, found('w-9'), found('cp-9')] }), who);
    const left = state.machines.filter(({ deletion }) => deletion !== undefined).map(({ name, deletion }) => `${name}: ${deletion?.reason}`);
    expect(left).toEqual(['w-2: it was not done when the backup was taken', 'w-9: it is not in the backup', 'cp-9: it is not in the backup']);
  });

  test('begins its recovery with network, load balancer and keys; then the old control plane is stopped', () => {
    const state = acceptRecovery(stateOfLostCluster(lost(), who), backup(), { ...who, changes: [] });
    expect(isInitialized(state)).toBe(false);
    expect(planSteps(state).start.map(({ kind }) => kind)).toEqual(['EnsureInfrastructure']);
    expect(planSteps({ ...state, infrastructureReady: true }).start.map(({ kind }) => kind)).toEqual(['StopControlPlane']);
  });
});

const withFile = (ref: string): DesiredCluster => {
  const wanted = desired(1, 1);
  const files = [{ path: '/etc/app', owner: 'root:root', permissions: '0600', append: false, content: { ref } }];
  return { ...wanted, controlPlane: { ...wanted.controlPlane, bootstrap: { ...wanted.controlPlane.bootstrap, files } }, machineDeployments: wanted.machineDeployments.map((owner) => ({ ...owner, bootstrap: { ...owner.bootstrap, files } })) };
};
const hashes = (of: DesiredCluster) => ({ 'cp-1': controlPlaneTemplate(of.controlPlane, 'v1.34.4').hash, 'w-1': of.machineDeployments.map((owner) => workerTemplate(owner, 'v1.34.4').hash)[0] ?? '' });

describe('templates of Machines whose texts have other references now', () => {
  const [older, newer] = [
    { before: withFile('uid/1'), now: withFile('uid/a') },
    { before: withFile('uid/2'), now: withFile('uid/b') },
  ];

  test.each(['cp-1', 'w-1'] as const)('are those of the specification that %s was made from', (name) => {
    const made = (of: DesiredCluster) => machine(name, 'Running', { template: hashes(of)[name], createdAt: now });
    expect(hashes(older.before)[name]).not.toBe(hashes(older.now)[name]);
    expect(keepTemplates([made(older.before), made(newer.before)], [newer, older])).toEqual([made(older.now), made(newer.now)]);
    const unknown = machine(name, 'Running', { template: 'of nothing that is known' });
    expect(keepTemplates([unknown, machine(name)], [newer, older])).toEqual([unknown, machine(name)]);
  });
});
