import type Dockerode from 'dockerode';
import { callEngine } from './engine.ts';
import { label, type Labels } from './labels.ts';

export type ThrowawayRun = {
  readonly docker: Dockerode;
  readonly image: string;
  readonly command: readonly string[];
  readonly hostConfig: Dockerode.HostConfig;
  /** Of the cluster on whose behalf it runs, so that what a killed worker leaves goes with the cluster. */
  readonly labels: Labels;
  readonly signal: AbortSignal;
};

/**
 * Runs a command on the engine's side and removes the container again, whatever happens.
 * @returns its exit status and what it wrote, both streams together
 * @throws DockerRequestError where the engine cannot make or start it, as a Machine's could not be
 */
export async function runThrowaway(run: ThrowawayRun): Promise<{ readonly exitCode: number; readonly output: string }> {
  const { docker, signal } = run;
  const container = await callEngine(`create a container of ${run.image}`, signal, (options) =>
    docker.createContainer({
      Image: run.image,
      Entrypoint: [...run.command],
      Cmd: [],
      // A terminal, because its log is the text itself and not frames.
      Tty: true,
      Labels: { ...run.labels, [label.role]: 'probe' },
      HostConfig: {
        NetworkMode: 'none',
        // The engine's own log driver may be one that cannot be read back.
        LogConfig: { Type: 'json-file', Config: {} },
        ...run.hostConfig,
        // Instead of the volume that a Machine's image declares: nothing to fill, nothing to leave behind.
        Mounts: [{ Type: 'tmpfs', Source: '', Target: '/var' }, ...(run.hostConfig.Mounts ?? [])],
      },
      ...options,
    }),
  );
  try {
    await callEngine(`start a container of ${run.image}`, signal, (options) => container.start(options));
    const result = await callEngine(`wait for a container of ${run.image}`, signal, (options) => container.wait(options));
    const log = await callEngine(`read the log of a container of ${run.image}`, signal, (options) =>
      container.logs({ stdout: true, stderr: true, follow: false, ...options }),
    );
    return { exitCode: Number(result.StatusCode), output: log.toString('utf8').replaceAll('\r', '') };
  } finally {
    await callEngine('remove a container that was only looked through', undefined, () => container.remove({ force: true, v: true }));
  }
}
