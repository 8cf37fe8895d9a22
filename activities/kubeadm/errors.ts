import { lastLines } from '../last-lines.ts';
import { scrub } from '../../domain/scrub.ts';

/** kubeadm itself failed on a Machine: running it again unchanged would fail again. */
export class KubeadmFailedError extends Error {
  override readonly name = 'KubeadmFailedError';

  constructor(request: { readonly machine: string; readonly command: string; readonly exitCode: number; readonly output: string }) {
    const { machine, command, exitCode, output } = request;
    super(`${command} on Machine ${machine} exited with ${exitCode}. Its last lines:\n${lastLines(scrub(output), 20)}`);
  }
}
