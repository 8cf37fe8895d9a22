import type { Machine } from '../machine.ts';
import { canonicalHash } from './canonical-hash.ts';
import type { MachineTemplate } from './machine-template.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** kubeadm's CertificateValidityPeriod: a Machine's certificates are made when it joins, for a year. */
const certificateLifeMs = 365 * dayMs;

export type OutdatedBy = {
  readonly template: MachineTemplate;
  readonly infrastructure: Machine['infrastructure'];
  /** spec.rollout.after and spec.rolloutBefore, as far as the owner has them. */
  readonly rollout?: { readonly after?: number; readonly certificatesExpiryDays?: number };
  /** Epoch milliseconds: what comes due after it is a later operation's. */
  readonly asOf: number;
};

/** Why a Machine has to be replaced; empty: it is up to date. */
export function outdatedReasons(machine: Machine, wanted: OutdatedBy): readonly string[] {
  return [...templateReasons(machine, wanted), ...ageReasons(machine, wanted)];
}

function templateReasons(machine: Machine, { template, infrastructure }: OutdatedBy): readonly string[] {
  if (machine.version !== template.version) return [`version ${machine.version} → ${template.version}`];
  if (machine.template === undefined) {
    // It was made before templates were remembered: of it only these are known.
    return canonicalHash(machine.infrastructure) === canonicalHash(infrastructure) ? [] : ['its infrastructure template has changed'];
  }
  return machine.template === template.hash ? [] : [`template ${machine.template} → ${template.hash}`];
}

/** Epoch milliseconds from which on they expire within so many days. */
export function certificatesDueAt({ createdAt }: Pick<Machine, 'createdAt'>, days: number): number {
  return createdAt + certificateLifeMs - days * dayMs;
}

function ageReasons({ createdAt }: Machine, { rollout = {}, asOf }: OutdatedBy): readonly string[] {
  const { after, certificatesExpiryDays: days } = rollout;
  const reasons: string[] = [];
  if (after !== undefined && after <= asOf && createdAt < after) reasons.push(`made before ${new Date(after).toISOString()}, from which on all are replaced`);
  if (days !== undefined && certificatesDueAt({ createdAt }, days) <= asOf) reasons.push(`its certificates expire within ${days} days`);
  return reasons;
}
