import type { ClusterConditions, OwnerConditions } from '../../domain/cluster-conditions.ts';
import type { Condition } from '../../domain/conditions.ts';
import type { MachineConditions } from '../../domain/machine-conditions.ts';
import { formatAge } from './age.ts';
import { segment, type Line, type Segment, type Style } from './text.ts';
import { renderTree, type TreeNode } from './tree.ts';

/** "none", "all", or one object as "Machine/demo-cp-x2f9k". */
export type ConditionFilter = string;

const header = ['NAME', 'READY', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'];

/** The cluster, its owners and their Machines, each with its summary condition; others where they are asked for. */
export function renderDescription(described: {
  readonly name: string;
  readonly conditions: ClusterConditions;
  readonly show: ConditionFilter;
  readonly now: number;
}): readonly Line[] {
  const { name, conditions, show, now } = described;
  const toNode = (label: string, facts: { ready: string; conditions: readonly Condition[]; children: readonly TreeNode[] }): TreeNode => {
    const [summary, ...rest] = facts.conditions;
    const shown = show === 'all' || show === label ? rest.map((part) => conditionNode(part, now)) : [];
    return {
      cells: [segment(label, 'bold'), segment(facts.ready), ...(summary === undefined ? [] : conditionCells(summary, `${summary.type}: ${summary.status}`, now))],
      children: [...shown, ...facts.children],
    };
  };
  const machineNode = ({ machine, conditions: own }: MachineConditions): TreeNode =>
    toNode(`Machine/${machine.name}`, { ready: `${own[0]?.status === 'True' ? 1 : 0}/1`, conditions: own, children: [] });
  const ownerNode = (owner: OwnerConditions): TreeNode =>
    toNode(`${owner.kind}/${owner.name}`, {
      ready: `${owner.ready}/${owner.desired}`,
      conditions: owner.conditions,
      children: owner.machines.map(machineNode),
    });
  const owners = [conditions.controlPlane, ...conditions.machineDeployments].map(ownerNode);
  return renderTree([toNode(`Cluster/${name}`, { ready: '', conditions: conditions.conditions, children: owners })], header);
}

function conditionNode(part: Condition, now: number): TreeNode {
  return { cells: [segment(part.type, 'dim'), segment(''), ...conditionCells(part, part.status, now)], children: [] };
}

function conditionCells(part: Condition, status: string, now: number): readonly Segment[] {
  return [
    segment(status, statusStyle(part.status)),
    segment(part.reason),
    segment(part.since === undefined ? '-' : formatAge(now - part.since)),
    segment(part.message.replaceAll(/\s+/g, ' '), 'dim'),
  ];
}

function statusStyle(status: Condition['status']): Style {
  if (status === 'True') return 'green';
  return status === 'False' ? 'red' : 'yellow';
}
