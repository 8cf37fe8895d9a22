import { UsageError } from './errors.ts';

export type ResourceKind = 'cluster' | 'machine' | 'operation' | 'kubeconfig';

export type ResourceArgument = { readonly kind: ResourceKind; readonly names: readonly string[] };

/** kubectl's habits: plural or singular, Cluster API's short names, full group names. */
const spellings: Readonly<Record<string, ResourceKind>> = {
  cluster: 'cluster',
  clusters: 'cluster',
  cl: 'cluster',
  'clusters.cluster.x-k8s.io': 'cluster',
  machine: 'machine',
  machines: 'machine',
  ma: 'machine',
  'machines.cluster.x-k8s.io': 'machine',
  operation: 'operation',
  operations: 'operation',
  op: 'operation',
  kubeconfig: 'kubeconfig',
};

/**
 * `cluster NAME`, `cluster/NAME`, `clusters`, and for several `cluster/A cluster/B`.
 * @throws UsageError naming the kinds that the command takes.
 */
export function parseResources(args: readonly string[], allowed: readonly ResourceKind[]): ResourceArgument {
  const [first = '', ...rest] = args;
  if (!first.includes('/')) return { kind: resolveKind(first, allowed), names: rest.map(requireName) };
  const pairs = args.map((arg) => {
    const [kind = '', name, ...more] = arg.split('/');
    if (name === undefined || more.length > 0) {
      throw new UsageError({ what: `"${arg}": once one argument is KIND/NAME, all of them must be` });
    }
    return { kind: resolveKind(kind, allowed), name: requireName(name) };
  });
  const kinds = new Set(pairs.map(({ kind }) => kind));
  const [kind] = kinds;
  if (kind === undefined || kinds.size > 1) throw new UsageError({ what: 'one kind at a time, please' });
  return { kind, names: pairs.map(({ name }) => name) };
}

/** The same where exactly one name is meant. @throws UsageError */
export function parseOneResource(args: readonly string[], allowed: readonly ResourceKind[]): { readonly kind: ResourceKind; readonly name: string } {
  const { kind, names } = parseResources(args, allowed);
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) {
    throw new UsageError({ what: `name one ${kind}: ${kind} NAME or ${kind}/NAME` });
  }
  return { kind, name };
}

/** `NAME`, `cluster NAME` or `cluster/NAME`, where only a name of that kind makes sense. */
export function parseNameOf(kind: ResourceKind, args: readonly string[]): string {
  const [only, ...more] = args;
  if (only !== undefined && more.length === 0 && !only.includes('/')) return requireName(only);
  return parseOneResource(args, [kind]).name;
}

function resolveKind(text: string, allowed: readonly ResourceKind[]): ResourceKind {
  const kind = spellings[text.toLowerCase()];
  if (kind !== undefined && allowed.includes(kind)) return kind;
  throw new UsageError({
    what: `"${text}" is no kind that this command takes`,
    next: [`use one of: ${allowed.map((each) => (each === 'kubeconfig' ? each : `${each}s`)).join(', ')}`],
  });
}

/** Names reach workflow IDs: anything else cannot be a name of ours. */
export function requireName(name: string): string {
  if (/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError({ what: `"${name}" is no name: lower-case letters, digits, "-" and "." only` });
}
