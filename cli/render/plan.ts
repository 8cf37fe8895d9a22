import type { ClusterPlan, ProjectedStep } from '../../domain/cluster-plan.ts';
import { describeMembership } from '../../domain/quorum/membership.ts';
import type { StepKind } from '../../domain/step.ts';
import type { Colors } from '../terminal.ts';
import { paintLines, segment, type Line, type Style } from './text.ts';
import { renderTree, type TreeNode } from './tree.ts';

/** A plan for people: what changes, then each step with its reason; for members of etcd, the quorum. */
export function renderPlan(plan: ClusterPlan, colors: Colors): string {
  const blocks: readonly (readonly Line[])[] = [
    [headline(plan)],
    plan.changes.map((change) => [segment('  ~ ', 'yellow'), segment(change)]),
    stepLines(plan.steps),
    plan.order === undefined ? [] : [[segment(`  plan ${plan.order.hash}`, 'dim')]],
    (plan.waits ?? []).map(({ subject, reasons }) => [segment(`  ○ ${subject} first waits: ${reasons.join('; ')}`, 'dim')]),
    (plan.gates ?? []).map((gate) => [segment(`  ○ ${gate}`, 'yellow')]),
    plan.waiting.map(({ subject, reasons }) => [segment(`  ○ ${subject} waits: ${reasons.join('; ')}`, 'yellow')]),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => paintLines(lines, colors))
    .join('\n');
}

function headline({ cluster, action, reasons, steps, waiting }: ClusterPlan): Line {
  const name = segment(`Cluster/${cluster}`, 'bold');
  const count = `${steps.length} ${steps.length === 1 ? 'step' : 'steps'}`;
  switch (action) {
    case 'create':
      return [name, segment(` would be created in ${count}:`)];
    case 'change':
      return [name, segment(steps.length === 0 && waiting.length > 0 ? ' would change, and wait:' : steps.length === 0 ? ' would change in its record alone:' : ` would change in ${count}:`)];
    case 'resume':
      return [name, segment(` would go on (${reasons.join('; ')}) in ${count}:`)];
    case 'attach':
      return [name, segment(`: ${reasons.join('; ')}`)];
    case 'unchanged':
      return [name, segment(' is as asked: nothing to do', 'green')];
    case 'refuse':
      return [name, segment(` would be refused:\n  ${reasons.join('\n  ')}`, 'red')];
  }
}

const marks: Readonly<Record<StepKind, { readonly mark: string; readonly style: Style; readonly verb: string }>> = {
  EnsureInfrastructure: { mark: '+', style: 'green', verb: 'make network, load balancer and keys' },
  ProvisionMachine: { mark: '+', style: 'green', verb: 'provision' },
  InitControlPlane: { mark: '+', style: 'green', verb: 'kubeadm init' },
  PrepareControlPlane: { mark: '+', style: 'green', verb: 'prepare to join the control plane' },
  JoinControlPlane: { mark: '+', style: 'green', verb: 'join the control plane' },
  JoinWorker: { mark: '+', style: 'green', verb: 'join' },
  InstallAddons: { mark: '+', style: 'green', verb: 'apply the add-ons' },
  StopControlPlane: { mark: '-', style: 'red', verb: 'stop what is left of the old control plane' },
  RestoreControlPlane: { mark: '+', style: 'green', verb: 'restore the control plane from the backup' },
  TakeBackup: { mark: '+', style: 'green', verb: 'take a backup' },
  UploadConfig: { mark: '~', style: 'yellow', verb: "upload kubeadm's configuration" },
  UpgradeAddons: { mark: '~', style: 'yellow', verb: 'upgrade CoreDNS and kube-proxy' },
  UpdateNodes: { mark: '~', style: 'yellow', verb: 'bring labels and taints of Nodes up to date' },
  RemoveMachine: { mark: '-', style: 'red', verb: 'remove' },
  UncordonNode: { mark: '~', style: 'yellow', verb: 'let its Node take Pods again' },
  RemoveEtcdMember: { mark: '-', style: 'red', verb: 'remove an etcd member without a Machine' },
  DeleteCluster: { mark: '-', style: 'red', verb: 'delete everything' },
};

function stepLines(steps: readonly ProjectedStep[]): readonly Line[] {
  return renderTree(steps.map(stepRow)).map((line) => [segment('  '), ...line]);
}

function stepRow(step: ProjectedStep): TreeNode {
  const { mark, style, verb } = marks[step.kind];
  const { quorum } = step;
  return {
    cells: [
      segment(`${mark} ${step.machine ?? 'cluster'}`, style),
      segment(verb),
      segment(quorum === undefined ? '' : describeChange(quorum)),
      segment(step.reasons.join('; '), 'dim'),
    ],
    children: [],
  };
}

/** Before the first member there is nothing to describe. */
function describeChange({ before, after }: NonNullable<ProjectedStep['quorum']>): string {
  return before.voters === 0 ? describeMembership(after) : `${describeMembership(before)} → ${describeMembership(after)}`;
}
