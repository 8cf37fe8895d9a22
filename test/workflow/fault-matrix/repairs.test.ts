import { randomUUID } from 'node:crypto';
import { simulatedDesired } from '../simulated-world.ts';
import { describeMatrix } from './describe-matrix.ts';
import type { DrivenCluster } from './scenario.ts';
import { until } from '../../e2e/harness/until.ts';

describeMatrix({
  name: 'repairs',
  continueAsNewEveryPass: true,
  manifest: (cluster, { controlPlanes, workers }) => simulatedDesired(cluster, controlPlanes, workers),
  drive: async (cluster) => {
    await cluster.create({ controlPlanes: 1, workers: 2 });
    await leaveStrayLearner(cluster);
    await failKubeadm(cluster, 'etcd-promote', 1);
    // As often as a join tries.
    await failKubeadm(cluster, 'control-plane', 3);
    await cluster.scale('control-plane', 3, { blocks: true });
    await cluster.scale('worker', 1);
    await stopWorker(cluster);
    await cluster.deleteMachine('worker');
    await cluster.delete();
  },
  end: 'gone',
});

async function failKubeadm(cluster: DrivenCluster, phase: string, times: number): Promise<void> {
  const fault = { id: `fail-${phase}`, operation: `kubeadm/${phase}`, effect: { kind: 'fail' as const }, times };
  await cluster.simulate('control/addFault', (uid) => ({ cluster: uid, ...fault }));
}

/** Somebody joined a machine of his own by hand, gave up while its member was learning, and threw it away. */
async function leaveStrayLearner(cluster: DrivenCluster): Promise<void> {
  const { state } = await cluster.look();
  const version = state.desired.controlPlane.version;
  const address = (state.allocation?.subnet ?? '').replace(/\.0\/\d+$/, '.250');
  const machine = { machine: `${cluster.name}-by-hand`, uid: randomUUID() };
  const facts = { role: 'control-plane', owner: 'somebody', version, address, sshPort: 22 } as const;
  await cluster.simulate('ensureMachine', (uid) => ({ cluster: uid, ...machine, ...facts, times: {} }));
  await cluster.simulate('control/addFault', (uid) => ({
    cluster: uid,
    id: 'by-hand',
    operation: 'kubeadm/etcd-promote',
    machine: machine.machine,
    effect: { kind: 'hang' },
    times: 'always',
  }));
  await cluster.simulate('writeFiles', (uid) => ({ cluster: uid, machine: machine.machine, role: 'join-control-plane', paths: [] }));
  for (const stage of ['prepare', 'etcd'] as const) {
    // The one is waited for; the other never ends.
    const command = { operation: `kubeadm-${stage}`, stage, generation: 1, waitMs: stage === 'prepare' ? 20_000 : 0 };
    await cluster.simulate('runCommand', (uid) => ({ cluster: uid, machine: machine.machine, ...command }));
  }
  await until('the learner', async () => ((await cluster.look()).held.etcd.members.some(({ learner }) => learner) ? true : undefined));
  await cluster.simulate('deleteMachine', (uid) => ({ cluster: uid, ...machine }));
}

/** Its Node is Unknown after a while: what is on it is not waited for. */
async function stopWorker(cluster: DrivenCluster): Promise<void> {
  const { state } = await cluster.look();
  const name = state.machines.find(({ role }) => role === 'worker')?.name ?? '';
  await cluster.simulate('control/setPower', (uid) => ({ cluster: uid, machine: name, on: false }));
  await until(`Node ${name} to be Unknown`, async () => ((await cluster.look()).held.nodes.some((node) => node.name === name && node.ready === 'Unknown') ? true : undefined));
}
