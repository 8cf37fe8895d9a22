import { hasJoined, isUntouched } from '../machine.ts';
import { isOperational, memberOf, type ControlPlaneMachine, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import { isSound } from '../quorum/etcd-member.ts';
import { byAge, pickFromFullestDomain, type VictimDecision } from './failure-domains.ts';

type Tier = { readonly reason: string; readonly holds: (machine: ControlPlaneMachine, view: ControlPlaneView) => boolean };

/**
 * First what quorum asks for, then Cluster API's own order (scale.go,
 * selectMachineForInPlaceUpdateOrScaleDown): marked and outdated, marked, outdated and broken, outdated,
 * any. Added are the Machines whose going costs etcd nothing, or that make everything else unsafe
 * as long as they are listed: Cluster API would wait for their remediation, and for ever if nobody asked
 * for that. Whether a Machine's member is the leader does not matter, as there: to move the leader takes
 * milliseconds, and the spread over failure domains is for good.
 */
const tiers: readonly Tier[] = [
  { reason: 'kubeadm has not touched it', holds: isUntouched },
  { reason: 'its join has not finished and it does not vote', holds: (machine, view) => !hasJoined(machine) && !isVoter(machine, view) },
  { reason: 'its etcd member is lost, and nothing else is safe before it has gone', holds: isLost },
  { reason: 'its join has not finished', holds: (machine) => !hasJoined(machine) },
  { reason: 'it is outdated and marked to go first', holds: (machine) => isOutdated(machine) && isMarked(machine) },
  { reason: 'it is marked to go first', holds: isMarked },
  { reason: 'it is outdated and not all its components are healthy', holds: (machine) => isOutdated(machine) && !isOperational(machine) },
  { reason: 'not all its components are healthy', holds: (machine) => !isOperational(machine) },
  { reason: 'it is outdated', holds: isOutdated },
  { reason: 'all Machines are equal', holds: ({ takenBack }) => takenBack !== true },
  { reason: 'its removal was taken back, and no other is left', holds: () => true },
];

/** Which of `candidates` goes when there is one too many; undefined where there is none. */
export function selectControlPlaneVictim(
  view: ControlPlaneView,
  choice: { readonly candidates: readonly ControlPlaneMachine[]; readonly failureDomains: readonly string[] },
): VictimDecision<ControlPlaneMachine> | undefined {
  const { candidates, failureDomains } = choice;
  const tier = tiers.find(({ holds }) => candidates.some((machine) => holds(machine, view)));
  if (tier === undefined) return undefined;
  const eligible = candidates.filter((machine) => tier.holds(machine, view));
  if (tier === tiers[0]) {
    const newest = eligible.toSorted(byAge).at(-1);
    return newest === undefined ? undefined : { machine: newest, reasons: [tier.reason, 'the newest'] };
  }
  const picked = pickFromFullestDomain(failureDomains, { all: view.machines, eligible });
  return picked === undefined ? undefined : { machine: picked.machine, reasons: [tier.reason, ...picked.reasons] };
}

/** The first `count` that would go, one after the other. */
export function selectControlPlaneVictims(
  view: ControlPlaneView,
  choice: { readonly candidates: readonly ControlPlaneMachine[]; readonly failureDomains: readonly string[]; readonly count: number },
): readonly VictimDecision<ControlPlaneMachine>[] {
  const victims: VictimDecision<ControlPlaneMachine>[] = [];
  let { candidates } = choice;
  let left = view;
  while (victims.length < choice.count) {
    const victim = selectControlPlaneVictim(left, { ...choice, candidates });
    if (victim === undefined) break;
    const { name } = victim.machine;
    victims.push(victim);
    candidates = candidates.filter((machine) => machine.name !== name);
    left = { ...left, machines: left.machines.filter((machine) => machine.name !== name) };
  }
  return victims;
}

/** Its infrastructure is gone, or etcd does not list it, or its member does not serve. Not known is not lost. */
export function isLost(machine: ControlPlaneMachine, view: ControlPlaneView): boolean {
  if (machine.gone === true) return true;
  if (!view.etcd.known) return false;
  const member = memberOf(view, machine);
  return member === undefined || !isSound(member);
}

export function isVoter(machine: ControlPlaneMachine, view: ControlPlaneView): boolean {
  return memberOf(view, machine)?.learner === false;
}

function isOutdated({ outdated }: ControlPlaneMachine): boolean {
  return outdated === true;
}

function isMarked({ deleteFirst, deletion }: ControlPlaneMachine): boolean {
  return deleteFirst === true || deletion !== undefined;
}
