import { compareDesired, type DesiredChange } from '../../api/compare-desired.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { checkSkew } from '../../api/validation/versions.ts';
import type { ClusterState } from '../cluster-state.ts';
import { describeChange, describeImpossible } from '../decide-apply.ts';
import { describeOwner, findDesired, kindOf, noSuchOwner, type Owner } from '../owner.ts';
import { mayRoll } from './decide-restart.ts';
import { pauseReasons } from './hold-rollout.ts';
import { noWayBack } from './point-of-no-return.ts';
import { withEarlierTemplate } from './undo-template.ts';

/** The revision to go back to, as the store has it: secrets are references. */
export type UndoTarget = { readonly revision: number; readonly desired: DesiredCluster };

/** Without an owner the whole cluster goes back. */
export type UndoRequest = { readonly owner?: Owner; readonly target: UndoTarget };

export type UndoDecision =
  | {
      readonly action: 'undo';
      readonly desired: DesiredCluster;
      readonly fields: readonly string[];
      /** Their rollouts are paused, and the pause ends. */
      readonly resumes: readonly Owner[];
      readonly reasons: readonly string[];
    }
  | { readonly action: 'unchanged'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict' | 'ChangeNotSupported' | 'NotFound'; readonly reasons: readonly string[] };

/** Back to an earlier template by the same rolling means, as far as there is a clean way back. */
export function decideUndo(state: ClusterState, { owner, target }: UndoRequest): UndoDecision {
  const conflict = mayRoll(state);
  if (conflict !== undefined) return conflict;
  if (owner !== undefined && findDesired(state.desired, owner) === undefined) return refuse('NotFound', [noSuchOwner(state, owner)]);
  const desired = withEarlierTemplate(state.desired, target.desired, owner);
  if (owner !== undefined && desired === undefined) return refuse('NotFound', [`revision ${target.revision} has no ${describeOwner(owner)}`]);
  if (desired === undefined) return refuse('NotFound', [`revision ${target.revision} is not known`]);
  const changes = compareDesired(state.desired, desired);
  if (changes.length === 0) return { action: 'unchanged', reasons: [`${subject(state, owner)} is as in revision ${target.revision} already`] };
  const impossible = changes.filter(({ effect }) => effect === 'immutable');
  if (impossible.length > 0) return refuse('ChangeNotSupported', impossible.map(describeImpossible));
  const against = [...skewed(desired, { owner, cluster: state.identity.name }), ...noWayBack(state, desired)];
  if (against.length > 0) return refuse('Conflict', against);
  const resumes = pausedOwners(state, changes);
  const ends = resumes.flatMap((each) => pauseReasons(state, each).map((reason) => `${describeOwner(each)}: ${reason}; that ends`));
  return { action: 'undo', desired, fields: changes.map(({ field }) => field), resumes, reasons: [...changes.map(describeChange), ...ends] };
}

/**
 * kubectl does not undo what is paused. Here to let it go on first could take it past the point of no
 * return; and who pauses a rollout that goes wrong mostly wants it back.
 */
function pausedOwners(state: ClusterState, changes: readonly DesiredChange[]): readonly Owner[] {
  const { controlPlane, machineDeployments } = state.desired;
  const owners: readonly Owner[] = [{ role: 'control-plane', name: controlPlane.name }, ...machineDeployments.map(({ name }): Owner => ({ role: 'worker', name }))];
  return owners.filter((owner) => pauseReasons(state, owner).length > 0 && changes.some(({ field, effect }) => effect === 'rollout' && touches(field, owner)));
}

/** Whether a field, as compareDesired names it, is that owner's, or of a template that it refers to. */
export function touches(field: string, { role, name }: Owner): boolean {
  const object = `${kindOf(role)}/${name}`;
  return field === object || field.startsWith(`${object}.`) || field.includes(`(${object})`);
}

function skewed({ controlPlane, machineDeployments }: DesiredCluster, { owner, cluster }: { readonly owner: Owner | undefined; readonly cluster: string }): readonly string[] {
  return machineDeployments.flatMap(({ name, version }) => {
    const wrong = checkSkew({ controlPlane: controlPlane.version, workers: version });
    if (wrong === undefined) return [];
    const hint = owner?.role === 'control-plane' ? `. slipway rollout undo cluster/${cluster} takes both back` : '';
    return [`machinedeployment/${name} of version ${version} ${wrong.message}${hint}`];
  });
}

function subject({ identity }: ClusterState, owner: Owner | undefined): string {
  return owner === undefined ? `cluster/${identity.name}` : describeOwner(owner);
}

function refuse(refusal: 'Conflict' | 'ChangeNotSupported' | 'NotFound', reasons: readonly string[]): UndoDecision {
  return { action: 'refuse', refusal, reasons };
}
