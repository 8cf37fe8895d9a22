import { parse, stringify } from 'yaml';

/** A kubeconfig that reaches its cluster elsewhere; undefined where it does so already, or is none. */
export function moveKubeconfig(text: string, server: string): string | undefined {
  const config: unknown = parse(text);
  if (!isRecord(config) || !Array.isArray(config['clusters'])) return undefined;
  const entries: readonly unknown[] = config['clusters'];
  const clusters = entries.map((entry) => (isRecord(entry) && isRecord(entry['cluster']) ? { ...entry, cluster: { ...entry['cluster'], server } } : entry));
  const moved = { ...config, clusters };
  // Compared as values: what it looked like is nobody's concern, and stays where nothing is to be changed.
  return JSON.stringify(moved) === JSON.stringify(config) ? undefined : stringify(moved, { lineWidth: 0 });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
