import { z } from 'zod';
import { identifyContainers, readInside } from './docker.ts';
import type { Kubectl } from './kubectl.ts';
import type { MachineView } from './views.ts';

const objects = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      metadata: z.object({ name: z.string(), uid: z.string(), generation: z.number().optional() }),
    }),
  ),
});

export type Fingerprint = {
  /** Of each container: ID, when it was started, process ID, restarts. */
  readonly containers: Readonly<Record<string, string>>;
  /** Of each Machine: how often somebody came in by SSH, and every durable command that was ever started there. */
  readonly machines: Readonly<Record<string, string>>;
  /** UID and generation of Nodes, of the system's Pods and of what makes them. */
  readonly kubernetes: readonly string[];
};

/**
 * What changes when somebody touches a cluster: two that are equal mean that nobody did. Kubernetes is
 * asked with kubectl, Machines from outside (docker exec), so looking changes nothing of it.
 */
export async function takeFingerprint(cluster: string, machines: readonly MachineView[], kubectl: Kubectl): Promise<Fingerprint> {
  const names = machines.map(({ name }) => name);
  const visits = await Promise.all(names.map(async (name) => [name, await describeVisits(name)] as const));
  const listed = await kubectl('get', 'nodes,daemonsets,deployments,pods', '--namespace', 'kube-system', '-o', 'json');
  return {
    containers: await identifyContainers([...names, `${cluster}-lb`]),
    machines: Object.fromEntries(visits),
    kubernetes: objects
      .parse(JSON.parse(listed))
      .items.map(({ kind, metadata: { name, uid, generation = 0 } }) => `${kind} ${name} ${uid} generation ${generation}`)
      .toSorted(),
  };
}

async function describeVisits(machine: string): Promise<string> {
  const logins = await readInside(machine, "journalctl --no-pager -o cat | grep -c '^Accepted publickey' || true");
  const operations = await readInside(machine, "cd /var/lib/slipway/operations && find . -type f ! -name .lock -printf '%p %T@\\n' | sort");
  // Slipway came in to make it: none at all means that the journal was read wrongly.
  if (logins === '0' || operations === '') throw new Error(`${machine} has no trace of how it was made`);
  return `${logins} logins\n${operations}`;
}
