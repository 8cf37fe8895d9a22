import type { ClusterConditions, OwnerConditions } from '../../domain/cluster-conditions.ts';
import type { Condition } from '../../domain/conditions.ts';
import type { MachineConditions } from '../../domain/machine-conditions.ts';
import { formatAge } from './age.ts';
import { segment, type Line, type Segment, type Style } from './text.ts';
import { renderTree, type TreeNode } from './tree.ts';

/** "none", "all", or one object as "Machine/demo-cp-x2f9k". */
export type ConditionFilter = string;

/** There only while something is under way, held or wrong: who does not ask for them should see them all the same. */
const alwaysShown: ReadonlySet<string> = new Set(['RollingOut', 'RolloutPaused', 'Managed', 'MachinesPresent', 'EtcdHasQuorum']);

const header = ['NAME', 'READY', 'STATUS', 'REASON', 'SINCE', 'MESSAGE'];

/**
 * The cluster, its owners and their Machines, each with its summary condition; others where they are
 * asked for. With `grouping`, Machines of one owner that stand alike share a line, as clusterctl
 * shows them; one whose conditions are asked for keeps its own.
 */
export function renderDescription(described: {
  readonly name: string;
  readonly conditions: ClusterConditions;
  /** Whether a recovery could be had; left out where nobody asked. */
  readonly backups?: Condition;
  readonly show: ConditionFilter;
  readonly grouping: boolean;
  readonly now: number;
}): readonly Line[] {
  const { name, conditions, backups, show, grouping, now } = described;
  const toNode = (label: string, facts: { ready: string; conditions: readonly Condition[]; children: readonly TreeNode[] }): TreeNode => {
    const [summary, ...rest] = facts.conditions;
    const shown = rest.filter(({ type }) => show === 'all' || show === label || alwaysShown.has(type)).map((part) => conditionNode(part, now));
    return {
      cells: [segment(label, 'bold'), segment(facts.ready), ...(summary === undefined ? [] : conditionCells(summary, `${summary.type}: ${summary.status}`, now))],
      children: [...shown, ...facts.children],
    };
  };
  const machineNode = ({ machine, conditions: own }: MachineConditions): TreeNode =>
    toNode(`Machine/${machine.name}`, { ready: `${own[0]?.status === 'True' ? 1 : 0}/1`, conditions: own, children: [] });
  // What holds a change up is shown unasked; with all conditions also the checks that pass.
  const preflightNodes = ({ kind, name: owner, preflight }: OwnerConditions): readonly TreeNode[] =>
    preflight.filter(({ status }) => status !== 'True' || show === 'all' || show === `${kind}/${owner}`).map((check) => conditionNode(check, now));
  const ownerNode = (owner: OwnerConditions): TreeNode =>
    toNode(`${owner.kind}/${owner.name}`, {
      ready: `${owner.ready}/${owner.desired}`,
      conditions: owner.conditions,
      children: [...preflightNodes(owner), ...groupAlike(owner.machines, (machine) => grouping && show !== 'all' && show !== `Machine/${machine.machine.name}`).map((alike) =>
        isSingle(alike) ? machineNode(alike[0]) : groupNode(alike, now),
      )],
    });
  const owners = [conditions.controlPlane, ...conditions.machineDeployments].map(ownerNode);
  const kept = backups === undefined ? [] : [toNode('Backups', { ready: '', conditions: [backups], children: [] })];
  return renderTree([toNode(`Cluster/${name}`, { ready: '', conditions: conditions.conditions, children: [...owners, ...kept] })], header);
}

type Alike = readonly [MachineConditions, ...MachineConditions[]];

function isSingle(alike: Alike): alike is readonly [MachineConditions] {
  return alike.length === 1;
}

/** Machines whose summaries say the same, where their first one stands. */
function groupAlike(machines: readonly MachineConditions[], mayGroup: (machine: MachineConditions) => boolean): readonly Alike[] {
  const groups = new Map<string, [MachineConditions, ...MachineConditions[]]>();
  for (const machine of machines) {
    const [summary] = machine.conditions;
    const key = mayGroup(machine) && summary !== undefined ? JSON.stringify([summary.status, summary.reason, summary.message]) : machine.machine.name;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [machine]);
    else group.push(machine);
  }
  return [...groups.values()];
}

/** "3 Machines...": since when counts from the last of them, and the message names the first two. */
function groupNode(alike: Alike, now: number): TreeNode {
  const names = alike.map(({ machine }) => machine.name).sort();
  const ready = alike.filter(({ conditions }) => conditions[0]?.status === 'True').length;
  const [summary] = alike.map(({ conditions }) => conditions[0]).toSorted((a, b) => (b?.since ?? 0) - (a?.since ?? 0));
  const seen = `See ${names.slice(0, 2).join(', ')}${names.length > 2 ? ', ...' : ''}`;
  const message = summary === undefined || summary.message === '' ? seen : `${summary.message}. ${seen}`;
  const cells = summary === undefined ? [] : conditionCells({ ...summary, message }, `${summary.type}: ${summary.status}`, now);
  return { cells: [segment(`${alike.length} Machines...`, 'bold'), segment(`${ready}/${alike.length}`), ...cells], children: [] };
}

function conditionNode(part: Condition, now: number): TreeNode {
  return { cells: [segment(part.type, 'dim'), segment(''), ...conditionCells(part, part.status, now)], children: [] };
}

function conditionCells(part: Condition, status: string, now: number): readonly Segment[] {
  return [
    segment(status, statusStyle(part)),
    segment(part.reason),
    segment(part.since === undefined ? '-' : formatAge(now - part.since)),
    segment(part.message.replaceAll(/\s+/g, ' '), 'dim'),
  ];
}

function statusStyle({ type, status }: Condition): Style {
  // Neither good nor bad: it is what a person asked for.
  if (alwaysShown.has(type)) return 'yellow';
  if (status === 'True') return 'green';
  return status === 'False' ? 'red' : 'yellow';
}
