import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { MachineReference } from '../seams/machine-provider.ts';
import { callEngine } from './engine.ts';
import { DockerRequestError } from './errors.ts';
import { execInContainer } from './exec.ts';
import { findMachineContainer } from './find-machine-container.ts';
import { imagesCommand, importImages, lastText } from './import-images.ts';

/** From one Machine's containerd to another's, as a stream: nothing of it is stored on the way. */
export async function carryImages(request: {
  readonly docker: Dockerode;
  readonly cluster: ClusterIdentity;
  readonly from: MachineReference;
  readonly to: MachineReference;
  readonly repositories: readonly string[];
  readonly signal: AbortSignal;
}): Promise<readonly string[]> {
  const { docker, cluster, from, to, repositories, signal } = request;
  const source = await findMachineContainer({ docker, cluster, ...from, signal });
  const target = await findMachineContainer({ docker, cluster, ...to, signal });
  if (!target.isRunning) return [];
  const list = async (container: Dockerode.Container, machine: string): Promise<readonly string[]> => {
    const command = [...imagesCommand, 'list', '--quiet'];
    return (await execInContainer({ docker, container, what: `list the images of ${machine}`, command, variables: {}, signal })).split('\n');
  };
  const [there, here] = await Promise.all([list(source.container, from.machine), list(target.container, to.machine)]);
  const missing = there.filter((image) => !here.includes(image) && repositories.includes(repositoryOf(image)));
  const what = `carry ${missing.join(', ')} from ${from.machine} to ${to.machine}`;
  if (missing.length > 0) await carry({ docker, source: source.container, target: target.container, images: missing, what, signal });
  return missing;
}

/** "coredns" of "registry.k8s.io/coredns/coredns:v1.12.1"; nothing of one that has only a digest. */
function repositoryOf(image: string): string {
  return /([^/:@]+):[^/:@]+$/.exec(image)?.[1] ?? '';
}

async function carry(request: {
  readonly docker: Dockerode;
  readonly source: Dockerode.Container;
  readonly target: Dockerode.Container;
  readonly images: readonly string[];
  readonly what: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { docker, source, target, images, what, signal } = request;
  const exec = await callEngine(what, signal, (options) =>
    source.exec({ Cmd: [...imagesCommand, 'export', '-', ...images], AttachStdout: true, AttachStderr: true, ...options }),
  );
  const attached = await callEngine(what, signal, async (options) => exec.start({ hijack: true, stdin: false, ...options }));
  const stop = (): void => {
    attached.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [saved, problems] = [new PassThrough(), new PassThrough()];
    const told = lastText(problems);
    docker.modem.demuxStream(attached, saved, problems);
    await Promise.all([
      importImages({ docker, container: target, saved, what, signal }),
      finished(attached, { writable: false }).finally(() => {
        saved.end();
        problems.end();
      }),
    ]);
    const { ExitCode } = await callEngine(what, signal, (options) => exec.inspect(options));
    if (ExitCode !== 0) throw new DockerRequestError(`${what}: containerd did not export them: ${(await told).trim().slice(-1000)}`, {});
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
