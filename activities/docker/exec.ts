import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import type Dockerode from 'dockerode';
import { callEngine } from './engine.ts';
import { DockerRequestError } from './errors.ts';

/** Our commands answer with a few KiB; more means that something else was run. */
const maxOutputLength = 1024 * 1024;

/**
 * Runs a command in a running container. Variables carry what varies, so nothing needs quoting.
 * @throws DockerRequestError also where it ends with another status than 0
 */
export async function execInContainer(request: {
  readonly docker: Dockerode;
  readonly container: Dockerode.Container;
  readonly what: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { docker, container, what, signal } = request;
  const exec = await callEngine(what, signal, (options) =>
    container.exec({
      Cmd: [...request.command],
      Env: Object.entries(request.variables).map(([name, value]) => `${name}=${value}`),
      AttachStdout: true,
      AttachStderr: true,
      ...options,
    }),
  );
  return callEngine(what, signal, async (options) => {
    const stream = await exec.start({ hijack: true, stdin: false, ...options });
    const stop = (): void => {
      stream.destroy();
    };
    options.abortSignal.addEventListener('abort', stop, { once: true });
    try {
      const stdout = new PassThrough();
      const stderr = new PassThrough();
      const texts = Promise.all([collect(stdout), collect(stderr)]);
      docker.modem.demuxStream(stream, stdout, stderr);
      await finished(stream, { writable: false }).finally(() => {
        stdout.end();
        stderr.end();
      });
      const [output, problems] = await texts;
      const { ExitCode } = await exec.inspect(options);
      if (ExitCode === 0) return output;
      throw new DockerRequestError(`${what}: the command ended with status ${ExitCode}: ${problems.trim().slice(-2000)}`, {});
    } finally {
      options.abortSignal.removeEventListener('abort', stop);
    }
  });
}

async function collect(stream: PassThrough): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    if (text.length < maxOutputLength) text += chunk;
  });
  await finished(stream);
  return text;
}
