import { describe, expect, test } from 'vitest';
import { addMachines, withOperation } from '../../../../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../../../../domain/cluster-state.ts';
import { decideResume } from '../../../../domain/resume-operation.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { recoveredCluster } from '../../../../domain/recovery/recovered-cluster.ts';
import { desired, machine } from '../support/clusters.ts';
import { backup, recoveredAt } from './recoveries.ts';

const from = { cluster: { name: 'demo', uid: 'uid-demo' }, endpoint: 'https://172.30.4.2:6443', keys: 'kept' } as const;
const placement = { installation: 'here', uid: 'uid-new', host: 'local' };

function made(facts: Partial<ReturnType<typeof backup>> = {}): ClusterState {
  const restorable = backup({ desired: { ...desired(3, 2), name: 'new' }, ...facts });
  return recoveredCluster({ placement, restorable, from, wish: { actor: 'ada@laptop', changes: ['told'], now: recoveredAt } });
}
const kinds = (state: ClusterState): readonly string[] => planSteps(state).start.map(({ kind, machine: name = '' }) => `${kind} ${name}`.trim());

describe('a cluster that is made from a backup of another', () => {
  test('is one of its own, with nothing but what is desired', () => {
    const state = made();
    expect(state).toMatchObject({ identity: { installation: 'here', name: 'new', uid: 'uid-new' }, phase: 'Provisioning', revision: 1, machines: [], addonsReady: true, infrastructureReady: false });
    expect(state.recovery).toEqual({ backup: { id: backup().id, createdAt: backup().createdAt, kubernetesVersion: 'v1.34.4' }, from, acceptedAt: recoveredAt, lost: [], stopped: true });
    expect(currentOperation(state)).toMatchObject({ id: 'new-recover-1', verb: 'recover', phase: 'Running', changes: ['told'] });
  });

  test('goes the way of every create, but for its first control plane', () => {
    const bare = made();
    expect(kinds(bare)).toEqual(['EnsureInfrastructure']);
    const named = addMachines({ ...bare, infrastructureReady: true }, ['cp-1', 'cp-2', 'w-1'].map((name) => machine(name, 'Pending', { createdAt: recoveredAt })));
    expect(kinds(named)).toEqual(['ProvisionMachine cp-1', 'ProvisionMachine cp-2', 'ProvisionMachine w-1']);
    const provisioned = { ...named, machines: named.machines.map((one) => ({ ...one, phase: 'Provisioned' as const })) };
    expect(kinds(provisioned)).toEqual(['RestoreControlPlane cp-1']);
  });

  test('of the midst of an upgrade begins at the version that runs in it, and no worker is newer', () => {
    const { controlPlane, machineDeployments, ...rest } = desired(3, 2);
    const [deployment] = machineDeployments;
    if (deployment === undefined) throw new Error('it has a MachineDeployment');
    const versions = ['v1.35.0', 'v1.33.13'].map((version, index) => ({ ...deployment, name: `pool-${index}`, version }));
    const midst = { ...rest, controlPlane: { ...controlPlane, version: 'v1.35.0' }, machineDeployments: versions };
    const state = made({ desired: midst });
    expect(state.desired.controlPlane.version).toBe('v1.34.4');
    expect(state.desired.machineDeployments.map(({ version }) => version)).toEqual(['v1.34.4', 'v1.33.13']);
  });

  test('is deleted rather than aborted: there is nothing to go back to', () => {
    const state = made();
    const operation = currentOperation(state);
    if (operation === undefined) throw new Error('it has an operation');
    const decision = decideResume(withOperation(state, { ...operation, phase: 'Blocked' }), { how: 'abort' });
    expect(decision).toMatchObject({ action: 'refuse', reasons: [expect.stringContaining('slipway delete cluster new')] });
  });
});
