import type { ClusterHistory, HistoryItem } from '../../../../cli/history/history.ts';
import { at } from './sample-cluster.ts';

type Phase = readonly [name: string, from: number, to: number | undefined, failed?: true];

/** A step whose first phase is its start; times are seconds after the sample operation's start. */
function step(facts: {
  readonly operation?: string;
  readonly subject: string;
  readonly action: string;
  readonly phases: readonly Phase[];
  readonly item?: Partial<HistoryItem>;
}): HistoryItem {
  const { operation = 'demo-create-1', subject, action, phases, item } = facts;
  const [first] = phases;
  const last = phases.at(-1)?.[2];
  const isMachine = subject.startsWith('demo-');
  return {
    id: `${operation}/cluster/demo/${isMachine ? 'machine/' : ''}${subject}/${action}/1`,
    kind: 'step',
    operation,
    subject,
    action,
    actor: 'ada@laptop',
    reason: 'Machines are provisioned side by side',
    startedAt: at((first?.[1] ?? 0) - 0.2),
    ...(last === undefined ? {} : { endedAt: at(last + 0.1) }),
    attempts: 1,
    outcome: last === undefined ? 'running' : 'done',
    phases: phases.map(([name, from, to, failed]) => ({
      name,
      startedAt: at(from),
      ...(to === undefined ? {} : { endedAt: at(to) }),
      ...(failed === undefined ? {} : { failed }),
    })),
    ...item,
  };
}

function command(id: string, from: number, to: number | undefined, item: Partial<HistoryItem>): HistoryItem {
  const ended = to === undefined ? {} : { endedAt: at(to) };
  return { id, kind: 'command', operation: id, subject: 'cluster/demo', action: 'create', actor: 'ada@laptop', reason: '', startedAt: at(from), ...ended, outcome: 'done', phases: [], ...item };
}

const evidence = `kubeadm join on Machine demo-md-0-x2f9k exited with 1. Its last lines:
[preflight] Running pre-flight checks
error execution phase preflight: couldn't validate the identity of the API Server: Get "https://172.30.4.2:6443/api/v1/namespaces/kube-public/configmaps/cluster-info": context deadline exceeded
To see the stack trace of this error execute with --v=5 or higher`;

/** A create that had to try twice and was blocked, went on when a person had mended it, and a delete that runs. */
export function sampleHistory(): ClusterHistory {
  const [cp, worker, other] = ['demo-control-plane-7qd4z', 'demo-md-0-x2f9k', 'demo-md-0-b8w2m'];
  const second = 'demo-create-2';
  const third = 'demo-delete-3';
  const items = [
    command('demo-create-1', 0, 4500, { outcome: 'blocked', reason: 'trial of the new region', evidence }),
    step({ subject: 'infrastructure', action: 'EnsureInfrastructure', phases: [['certificates and keys', 0.3, 1.1], ['network', 0.3, 1.6], ['load balancer', 1.6, 2.4]] }),
    step({ subject: cp, action: 'ProvisionMachine', phases: [['infrastructure', 2.7, 4.4], ['SSH and containerd', 4.4, 6.9]] }),
    step({ subject: worker, action: 'ProvisionMachine', phases: [['infrastructure', 2.7, 4.2], ['SSH and containerd', 4.2, 6.3]] }),
    step({ subject: other, action: 'ProvisionMachine', phases: [['infrastructure', 2.7, 4.3], ['SSH and containerd', 4.3, 14.2]], item: { attempts: 3 } }),
    step({
      subject: cp,
      action: 'InitControlPlane',
      phases: [['load balancer backend', 7.2, 7.9], ['bootstrap data', 7.9, 8.6], ['kubeadm init', 8.6, 19.8], ['API server', 19.8, 20.3], ['Node ready', 20.5, 25.4]],
      item: { reason: 'the first control-plane Machine starts the cluster' },
    }),
    step({ subject: 'addons', action: 'InstallAddons', phases: [['network add-on', 20.8, 21.9]] }),
    step({ subject: other, action: 'JoinWorker', phases: [['bootstrap data', 20.9, 21.6], ['kubeadm join', 21.6, 27.1], ['Node ready', 27.1, 31.9]] }),
    step({
      subject: worker,
      action: 'JoinWorker',
      phases: [
        ['bootstrap data', 20.9, 21.5],
        ['kubeadm join', 21.5, 32, true],
        ['reset after kubeadm failed', 32, 33.5],
        ['bootstrap data (attempt 2 of 3)', 33.5, 34.1],
        ['kubeadm join (attempt 2 of 3)', 34.1, 44.6, true],
        ['reset after kubeadm failed', 44.6, 46],
        ['bootstrap data (attempt 3 of 3)', 46, 46.6],
        ['kubeadm join (attempt 3 of 3)', 46.6, 57.2, true],
      ],
      item: { outcome: 'blocked', attempts: 3, evidence, reason: 'the API server answers; workers join side by side' },
    }),
    command(second, 4500, 4516.8, { actor: 'grace@desk', reason: 'firewall mended', changes: ['MachineDeployment/demo-md-0.spec.replicas: 1 → 2'] }),
    step({ operation: second, subject: worker, action: 'JoinWorker', phases: [['bootstrap data', 4500.5, 4501.2], ['kubeadm join', 4501.2, 4507], ['Node ready', 4507, 4516.5]], item: { actor: 'grace@desk' } }),
    { ...command(`${third}/cancel`, 95_004, undefined, { actor: 'bob@desk', action: 'cancel', reason: 'wrong cluster', outcome: 'accepted' }), operation: third },
    command(third, 95_000, undefined, { action: 'delete', outcome: 'running', actor: 'grace@desk' }),
    step({ operation: third, subject: 'cluster/demo', action: 'DeleteCluster', phases: [['tombstone', 95_000.5, 95_000.8], ['machines, network and volumes', 95_000.8, undefined]], item: { actor: 'grace@desk', reason: 'the cluster is to be removed' } }),
  ];
  const clusters = [
    { uid: '3f6c2a1e-8f0d-4f7e-9c1b-2a51d0c0ffee', createdAt: at(0) },
    { uid: '0b1d9a44-1f6d-4b6e-8d70-5f3a7c0ddba1', createdAt: at(-90_000), deletedAt: at(-80_000) },
  ];
  return { name: 'demo', uid: clusters[0]?.uid ?? '', clusters, items: items.toSorted((a, b) => a.startedAt - b.startedAt), earlier: 0, at: at(95_006) };
}

/** Three control-plane Machines and as many workers as asked for, made in one go. */
export function largeHistory(workers: number): ClusterHistory {
  const operation = 'large-create-1';
  const items: HistoryItem[] = [command(operation, 0, 104, {})];
  const controlPlanes = ['demo-cp-aaaaa', 'demo-cp-bbbbb', 'demo-cp-ccccc'];
  const names = [...controlPlanes, ...Array.from({ length: workers }, (_, index) => `demo-md-0-${(index + 46_656).toString(36)}`)];
  for (const [index, subject] of names.entries()) {
    const delay = (index % 12) * 0.4;
    items.push(step({ operation, subject, action: 'ProvisionMachine', phases: [['infrastructure', 3 + delay, 6 + 2 * delay], ['SSH and containerd', 6 + 2 * delay, 14 + 2 * delay]] }));
    const start = index < 3 ? 20 + 26 * index : 42 + (index % 17) * 2.2;
    const action = index === 0 ? 'InitControlPlane' : index < 3 ? 'JoinControlPlane' : 'JoinWorker';
    items.push(step({ operation, subject, action, phases: [['bootstrap data', start, start + 1], [index === 0 ? 'kubeadm init' : 'kubeadm join', start + 1, start + 15], ['Node ready', start + 15, start + 22 + delay]] }));
  }
  return { ...sampleHistory(), name: 'large', items: items.toSorted((a, b) => a.startedAt - b.startedAt) };
}
