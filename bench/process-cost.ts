import { readFile } from 'node:fs/promises';

/** Ticks of /proc/PID/stat in a second: USER_HZ, 100 on every Linux that Node.js runs on. */
const ticksPerSecond = 100;

export type ProcessCost = {
  /** Of the process itself and of the children that have ended. */
  readonly cpuSeconds: number;
  readonly peakMiB: number;
};

/** What a process has cost since it began. Linux alone. */
export async function readProcessCost(pid: number): Promise<ProcessCost> {
  const [stat, status] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/status`, 'utf8')]);
  // The name in parentheses may hold anything; after it the fields are numbered from 3.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
  const ticks = [14, 15, 16, 17].reduce((sum, field) => sum + (fields[field - 3] ?? 0), 0);
  return { cpuSeconds: ticks / ticksPerSecond, peakMiB: Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024 };
}
