/**
 * One seam made of two parts, the real one and the simulated one. Every method of such a seam names its
 * cluster in its first argument; the cluster's manifest says which part is asked. There is no fallback.
 */
export function choosePart<Seam extends object>(parts: {
  readonly real: Seam;
  readonly simulated: Seam;
  readonly isSimulated: (clusterUid: string) => Promise<boolean>;
}): Seam {
  const { real, simulated, isSimulated } = parts;
  const partFor = async (argument: unknown): Promise<Seam> => {
    const uid = clusterUidOf(argument);
    const simulates = uid === undefined ? asksForSimulation(argument) : await isSimulated(uid);
    return simulates ? simulated : real;
  };
  return new Proxy(real, {
    get: (_target, method) => {
      // Whoever awaits the seam itself asks for this.
      if (method === 'then') return undefined;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const part = await partFor(args[0]);
        const call: unknown = Reflect.get(part, method);
        if (typeof call !== 'function') throw new TypeError(`the seam has no method ${String(method)}`);
        const answer: unknown = Reflect.apply(call, part, args);
        return answer;
      };
    },
  });
}

/** An SshTarget or ApiAccess, a scope with its cluster, or the cluster's identity itself. */
function clusterUidOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if ('clusterUid' in argument && typeof argument.clusterUid === 'string') return argument.clusterUid;
  if ('cluster' in argument) return clusterUidOf(argument.cluster);
  return 'installation' in argument && 'uid' in argument && typeof argument.uid === 'string' ? argument.uid : undefined;
}

/** Before there is a cluster, at admission, the Machines' specification speaks for itself. */
function asksForSimulation(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && 'inMemory' in argument && argument.inMemory !== undefined;
}
