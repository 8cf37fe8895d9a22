import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { HealthReport } from '../domain/health/control-plane-health.ts';
import { isSameHealth, judgeControlPlane, type MembersAnswer, type WatchedFacts } from '../domain/health/judge-control-plane.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import type { Observed } from '../domain/observation.ts';
import { joinedControlPlanes, type Machine } from '../domain/machine.ts';
import { scrub } from '../domain/scrub.ts';
import { apiAccess } from './api-access.ts';
import type { EtcdMembers } from './seams/etcd-members.ts';
import { sshTarget } from './ssh-target.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';
import type { ClusterRecords } from './store/cluster-records.ts';

/** What differs is looked at again before anybody is told: a report comes within two looks and what they take. */
const lookEveryMs = 20_000;
const patienceMs = 8_000;
/** A member without a majority takes five seconds to say so. */
const etcdPatienceMs = 15_000;
/** Clusters that are looked at side by side. */
const sideBySide = 8;

type Watched = { readonly uid: string; /** As the cluster knows it. */ readonly told: HealthReport; /** As the look before saw it, where that was another. */ readonly seen?: HealthReport };

export type ControlPlaneWatch = {
  /** One look at all of this host's clusters. @throws where it cannot be found out which there are */
  look(signal: AbortSignal): Promise<void>;
};

/**
 * Looks at control planes that are at rest, where no plan would, and tells a cluster's workflow what has come to be
 * wrong, or well again. A cluster that stays as it is is told nothing: to be watched costs its workflow nothing.
 */
export function createControlPlaneWatch(deps: {
  readonly host: string;
  /** Names of the clusters that are made and under management, wherever they live. */
  readonly listClusters: () => Promise<readonly string[]>;
  /** The cluster's own state; asked once of each. */
  readonly findCluster: (name: string) => Promise<ClusterState | undefined>;
  readonly tell: (cluster: string, report: HealthReport) => Promise<void>;
  readonly records: Pick<ClusterRecords, 'load'>;
  readonly provider: Pick<MachineProvider, 'listMachines'>;
  readonly workload: Pick<WorkloadCluster, 'isReady'>;
  readonly members: Pick<EtcdMembers, 'observe'>;
  readonly now: () => number;
  readonly warn: (message: string, facts: Readonly<Record<string, string>>) => void;
}): ControlPlaneWatch {
  const { host, records, provider, workload, members, now } = deps;
  /** By name; undefined for those of other hosts. */
  const watched = new Map<string, Watched | undefined>();

  const observe = async <T>(signal: AbortSignal, ask: (limited: AbortSignal) => Promise<T>): Promise<Observed<T>> => {
    try {
      return { known: true, value: await ask(AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])), at: now() };
    } catch (error) {
      return { known: false, reason: describe(error), at: now() };
    }
  };

  /** Each member is asked, for each that runs and cannot answer says something, too. */
  const askEtcd = async (cluster: ClusterIdentity, machines: readonly Machine[], signal: AbortSignal): Promise<MembersAnswer> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(etcdPatienceMs)]);
    const joined = joinedControlPlanes(machines);
    const answers = await Promise.allSettled(joined.map((machine) => members.observe(sshTarget({ cluster, machine }), limited)));
    const answered = answers.find((answer) => answer.status === 'fulfilled');
    const refused = answers.flatMap((answer, index) => (answer.status === 'rejected' && isRefusal(answer.reason) ? (joined[index]?.name ?? []) : []));
    return { ...(answered === undefined ? {} : { members: answered.value }), refused };
  };

  const meet = async (name: string): Promise<Watched | undefined> => {
    if (watched.has(name)) return watched.get(name);
    const state = await deps.findCluster(name);
    const quorumLost = state?.health?.quorumLost?.message ?? state?.notices?.find(({ kind }) => kind === 'QuorumLost')?.reasons.join('; ');
    const uid = state?.identity.uid ?? '';
    const told: HealthReport = { uid, lost: state?.health?.lost ?? [], ...(quorumLost === undefined ? {} : { quorumLost }) };
    const met = state === undefined || state.host !== host ? undefined : { uid, told };
    if (state !== undefined) watched.set(name, met);
    return met;
  };

  const lookAt = async (name: string, signal: AbortSignal): Promise<void> => {
    const known = await meet(name);
    if (known === undefined) return;
    const record = await records.load(known.uid);
    if (record?.allocation === undefined || record.deletedAt !== undefined) {
      watched.delete(name);
      return;
    }
    const { identity: cluster, machines, allocation } = record;
    const access = apiAccess({ cluster, allocation });
    const [infrastructure, apiServer] = await Promise.all([
      observe(signal, async (limited) => (await provider.listMachines(cluster, limited)).map(({ machine, state }) => ({ name: machine, state }))),
      observe(signal, (limited) => workload.isReady(access, limited)),
    ]);
    const serves = apiServer.known && apiServer.value;
    const facts: WatchedFacts = { infrastructure, apiServer, ...(serves ? {} : { etcd: await askEtcd(cluster, machines, signal) }) };
    const seen = judgeControlPlane(machines, facts, known.told);
    if (signal.aborted) return;
    if (isSameHealth(seen, known.told)) {
      watched.set(name, { uid: known.uid, told: known.told });
    } else if (known.seen === undefined || !isSameHealth(seen, known.seen)) {
      watched.set(name, { ...known, seen });
    } else {
      await deps.tell(name, seen);
      watched.set(name, { uid: known.uid, told: seen });
    }
  };

  return {
    async look(signal) {
      const names = await deps.listClusters();
      for (const name of watched.keys()) if (!names.includes(name)) watched.delete(name);
      const waiting = [...names];
      const lane = async (): Promise<void> => {
        for (let name = waiting.shift(); name !== undefined && !signal.aborted; name = waiting.shift()) {
          try {
            await lookAt(name, signal);
          } catch (error) {
            deps.warn('a control plane could not be looked at', { cluster: name, error: describe(error) });
          }
        }
      };
      await Promise.all(Array.from({ length: sideBySide }, lane));
    },
  };
}

/** etcdctl ran, and no etcd that can agree on anything answered it. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'EtcdctlError';
}

function describe(error: unknown): string {
  return scrub(error instanceof Error ? error.message : String(error));
}

/** Looks again and again, until aborted. */
export async function keepWatching(watch: ControlPlaneWatch, { signal, failed }: { readonly signal: AbortSignal; readonly failed: (reason: string) => void }): Promise<void> {
  while (!signal.aborted) {
    await watch.look(signal).catch((error: unknown) => failed(describe(error)));
    // An abort ends the pause early and is seen at the top of the loop.
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
