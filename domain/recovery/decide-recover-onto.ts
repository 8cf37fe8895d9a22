import type { CheckedSource } from './checked-source.ts';
import { lostWrites, type RecoveryDecision } from './decide-recovery.ts';
import type { RecoveryKeys } from './recovery.ts';
import { nameProblems } from './rename-cluster.ts';

export type RecoverOntoWish = {
  /** Of the cluster that is to be made. */
  readonly name: string;
  readonly checked: CheckedSource;
  /** Whether an API server with the other's certificate answers where it did. */
  readonly answers: boolean;
  /** The other one is to live on. */
  readonly allowClone: boolean;
};

/** Whose keys the new cluster gets: two that live side by side must not open to each other's. */
export function keysFor({ allowClone }: Pick<RecoverOntoWish, 'allowClone'>): RecoveryKeys {
  return allowClone ? 'own' : 'kept';
}

/** Whether a new cluster may begin with another's backup; the reasons are what a person must know before they agree. */
export function decideRecoverOnto(wish: RecoverOntoWish): RecoveryDecision {
  const { name, checked, answers, allowClone } = wish;
  const { backup, source, taken } = checked;
  const other = backup.cluster.name;
  if (name === other) return refuse('Invalid', `backup ${backup.id} is of cluster ${name} itself: without --from it is recovered in place; for a second one give another name`);
  const problems = nameProblems(backup.desired, name);
  if (problems.length > 0) return { action: 'refuse', refusal: 'Invalid', reasons: problems };
  if (taken !== undefined) return refuse('Conflict', taken);
  const clone = `${name} would have its keys, and its workloads would do their work twice. Delete it first, or give --allow-clone for a cluster with keys of its own`;
  if (!allowClone && answers) return refuse('Conflict', `cluster ${other} (UID ${backup.cluster.uid}) still answers: ${clone}`);
  if (!allowClone && source.standing === 'recovering') return refuse('Conflict', `cluster ${other} is being recovered in place, and will answer again: ${clone}`);
  return { action: 'recover', reasons: lossesOnto(wish) };
}

function lossesOnto({ name, checked, answers, allowClone }: RecoverOntoWish): readonly string[] {
  const { backup, source } = checked;
  const { controlPlane, machineDeployments } = backup.desired;
  const workers = machineDeployments.reduce((sum, { replicas }) => sum + replicas, 0);
  const other = `cluster ${backup.cluster.name}`;
  return [
    `cluster ${name} is made from backup ${backup.id} of ${other} (UID ${backup.cluster.uid}): ${controlPlane.replicas} control-plane Machines and ${workers} workers, all new, with a network, an endpoint and SSH keys of its own`,
    lostWrites(backup),
    allowClone
      ? `certificate authorities and service-account keys are new: kubeconfigs, certificates and tokens of ${other} do not open ${name}, nor the other way round`
      : `certificate authorities and service-account keys are those of ${other}, which must never run again: what opened it opens ${name}`,
    standing(checked, { answers, other }),
    `volumes are not in a backup; PersistentVolumes of ${name} name those of ${other}`,
    ...(allowClone ? [`what workloads do outside of their cluster (DNS, load balancers, databases, mail) ${name} does too`] : []),
    ...(source.standing === 'unknown' || allowClone ? [] : [`${other} stays under management here, as it is: slipway delete cluster ${backup.cluster.name} removes what is left of it`]),
  ];
}

function standing({ source }: CheckedSource, { answers, other }: { readonly answers: boolean; readonly other: string }): string {
  if (answers) return `${other} answers at ${source.endpoint}, and is not touched`;
  return `${other} does not answer at ${source.endpoint} nor on 127.0.0.1:${source.hostPort}, as seen from here; what runs elsewhere cannot be seen`;
}

function refuse(refusal: 'Conflict' | 'Invalid', reason: string): RecoveryDecision {
  return { action: 'refuse', refusal, reasons: [reason] };
}
