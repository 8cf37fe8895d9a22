import { lastLines } from '../last-lines.ts';
import { scrub } from '../../domain/scrub.ts';

/** When the certificates of a control plane expire cannot be read from it. */
export class CertificateUnreadableError extends Error {
  override readonly name = 'CertificateUnreadableError';

  constructor(machine: string, reason: string) {
    super(`the API server's certificate on Machine ${machine} cannot be read: ${reason}`);
  }
}

/** kubeadm itself failed on a Machine: running it again unchanged would fail again. */
export class KubeadmFailedError extends Error {
  override readonly name = 'KubeadmFailedError';

  constructor(request: { readonly machine: string; readonly command: string; readonly exitCode: number; readonly output: string }) {
    const { machine, command, exitCode, output } = request;
    super(`${command} on Machine ${machine} exited with ${exitCode}. Its last lines:\n${lastLines(scrub(output), 20)}`);
  }
}
