import { PassThrough } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { callEngine } from './engine.ts';
import { DockerRequestError, VersionNotAvailableError } from './errors.ts';
import { assertOwned, clusterLabels, label } from './labels.ts';

/** containerd's own tool, in the namespace that kubelets look into. */
const importCommand = ['ctr', '--namespace', 'k8s.io', 'images', 'import', '-'];

/**
 * Hands images of the engine over to a Machine's containerd, as `docker save | ctr images import` does. What is there
 * already is not stored twice, so it can be repeated.
 * @throws VersionNotAvailableError naming an image that the engine has no longer
 */
export async function loadImages(request: {
  readonly docker: Dockerode;
  readonly cluster: ClusterIdentity;
  readonly machine: string;
  readonly machineUid: string;
  readonly images: readonly string[];
  readonly signal: AbortSignal;
}): Promise<void> {
  const { docker, cluster, machine, machineUid, images, signal } = request;
  const container = docker.getContainer(machine);
  const found = await callEngine(`look at container ${machine}`, signal, (options) => container.inspect(options));
  const expected = { ...clusterLabels(cluster), [label.machineUid]: machineUid };
  assertOwned({ what: `container ${machine}`, labels: found.Config.Labels, expected });
  for (const image of images) await loadImage({ docker, container, image, what: `load the image ${image} into ${machine}`, signal });
}

async function loadImage(request: {
  readonly docker: Dockerode;
  readonly container: Dockerode.Container;
  readonly image: string;
  readonly what: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { docker, container, image, what, signal } = request;
  const saved = await saveImage(docker, image, signal);
  const exec = await callEngine(what, signal, (options) =>
    container.exec({ Cmd: importCommand, AttachStdin: true, AttachStdout: true, AttachStderr: true, ...options }),
  );
  const attached = await callEngine(what, signal, async (options) => exec.start({ hijack: true, stdin: true, ...options }));
  // As long as it takes: an image may have gigabytes, and the activity's own limit is above this.
  const stop = (): void => {
    attached.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [output, problems] = [new PassThrough(), new PassThrough()];
    const told = Promise.all([lastText(output), lastText(problems)]);
    docker.modem.demuxStream(attached, output, problems);
    await Promise.all([
      pipeline(saved, attached, { end: true }),
      finished(attached, { writable: false }).finally(() => {
        output.end();
        problems.end();
      }),
    ]);
    const { ExitCode } = await callEngine(what, signal, (options) => exec.inspect(options));
    if (ExitCode !== 0) throw new DockerRequestError(`${what}: containerd refused it: ${(await told).join('').trim().slice(-1000)}`, {});
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function saveImage(docker: Dockerode, image: string, signal: AbortSignal): Promise<NodeJS.ReadableStream> {
  try {
    return await callEngine(`save the image ${image}`, signal, () => docker.getImage(image).get());
  } catch (error) {
    if (!(error instanceof DockerRequestError) || (error.statusCode !== 404 && !/no such image|reference does not exist/i.test(error.message))) throw error;
    throw new VersionNotAvailableError(`preLoadImages ${image}: the Docker engine has no such image any more. Run: docker pull ${image}`);
  }
}

const kept = 4096;

async function lastText(stream: PassThrough): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-kept);
  });
  await finished(stream);
  return text;
}
