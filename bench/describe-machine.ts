import { cpus, release, totalmem } from 'node:os';
import Docker from 'dockerode';

export type BenchMachine = { readonly cores: number; readonly memoryGiB: number; readonly kernel: string; readonly docker: string };

/** Where a benchmark ran: seconds of two machines cannot be compared. */
export async function describeMachine(): Promise<BenchMachine> {
  const { Version: docker } = await new Docker().version();
  return { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), kernel: release(), docker };
}
