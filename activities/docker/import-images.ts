import { PassThrough } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import { callEngine } from './engine.ts';
import { DockerRequestError } from './errors.ts';

/** containerd's own tool, in the namespace that kubelets look into. */
export const imagesCommand = ['ctr', '--namespace', 'k8s.io', 'images'] as const;

/** Hands a tar of images over to a Machine's containerd; what is there already is not stored twice. */
export async function importImages(request: {
  readonly docker: Dockerode;
  readonly container: Dockerode.Container;
  readonly saved: NodeJS.ReadableStream;
  readonly what: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { docker, container, saved, what, signal } = request;
  const exec = await callEngine(what, signal, (options) =>
    container.exec({ Cmd: [...imagesCommand, 'import', '-'], AttachStdin: true, AttachStdout: true, AttachStderr: true, ...options }),
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

const kept = 4096;

/** The end of what a stream says. */
export async function lastText(stream: PassThrough): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = `${text}${chunk}`.slice(-kept);
  });
  await finished(stream);
  return text;
}
