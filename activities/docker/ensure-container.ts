import type Dockerode from 'dockerode';
import { callEngine, findInEngine, hasStatus, repeatUntil } from './engine.ts';
import { AllocationError } from './errors.ts';
import { assertOwned, type Labels } from './labels.ts';
import { buildTarArchive, type ArchiveEntry } from './tar-archive.ts';

export type WantedContainer = {
  readonly docker: Dockerode;
  readonly spec: Dockerode.ContainerCreateOptions;
  /** What a container of that name must carry to be taken for this one. */
  readonly labels: Labels;
  /** Written before the first start only: later they may have been changed on purpose. */
  readonly files: readonly ArchiveEntry[];
  readonly signal: AbortSignal;
};

/**
 * A name is taken from the moment that an attempt begins to create its container, and the container can
 * be seen only when its volume is filled: another attempt has to wait for it.
 */
const timeoutMs = 40_000;

/**
 * Looks first: makes what is missing, completes what a killed attempt left half-made, starts what
 * has stopped, and returns at once where all is well.
 * @throws OwnedByAnotherError | AllocationError | DockerRequestError
 */
export async function ensureContainer(wanted: WantedContainer): Promise<void> {
  const { docker, signal } = wanted;
  const name = wanted.spec.name ?? '';
  await repeatUntil({ what: `make container ${name}`, timeoutMs, signal }, async () => {
    const found = (await inspect(wanted)) ?? ((await create(wanted)) ? await inspect(wanted) : undefined);
    if (found === undefined) return false;
    assertOwned({ what: `container ${name}`, labels: found.Config.Labels, expected: wanted.labels });
    return bringUp(wanted, docker.getContainer(found.Id), found.State.Status);
  });
}

async function inspect(wanted: WantedContainer): Promise<Dockerode.ContainerInspectInfo | undefined> {
  const name = wanted.spec.name ?? '';
  return findInEngine(`look at container ${name}`, wanted.signal, (options) => wanted.docker.getContainer(name).inspect(options));
}

/** False where somebody else is making one of that name: a later look says who. */
async function create(wanted: WantedContainer): Promise<boolean> {
  const name = wanted.spec.name ?? '';
  try {
    await callEngine(`create container ${name}`, wanted.signal, (options) =>
      wanted.docker.createContainer({ ...wanted.spec, ...options }),
    );
    return true;
  } catch (error) {
    if (!hasStatus(error, 409)) throw error;
    return false;
  }
}

/** False where it has to be looked at again. */
async function bringUp(wanted: WantedContainer, container: Dockerode.Container, status: string): Promise<boolean> {
  const name = wanted.spec.name ?? '';
  switch (status) {
    case 'running':
    case 'restarting':
      return true;
    case 'paused':
      await callEngine(`unpause container ${name}`, wanted.signal, (options) => container.unpause(options));
      return true;
    case 'created':
      await callEngine(`write files into container ${name}`, wanted.signal, (options) =>
        container.putArchive(buildTarArchive(wanted.files), { path: '/', ...options }),
      );
      return start(wanted, container);
    case 'exited':
      return start(wanted, container);
    default:
      // "removing" and "dead": no way back, so the removal is helped on.
      await removeContainer({ container, name, signal: wanted.signal });
      await findInEngine(`wait until container ${name} is gone`, wanted.signal, (options) =>
        container.wait({ condition: 'removed', ...options }),
      );
      return false;
  }
}

async function start(wanted: WantedContainer, container: Dockerode.Container): Promise<boolean> {
  const name = wanted.spec.name ?? '';
  try {
    await callEngine(`start container ${name}`, wanted.signal, (options) => container.start(options));
    return true;
  } catch (error) {
    // 304: another attempt has started it. 404: it has been removed meanwhile, or its network has.
    if (hasStatus(error, 304)) return true;
    const message = String(error);
    if (!/port is already allocated|address already in use|Address already in use/i.test(message)) throw error;
    throw new AllocationError(
      `${message}. The container was made and stays as it is, not started. ` +
        'Its ports and addresses are fixed for the life of the Machine: end what holds them, then retry.',
      { cause: error },
    );
  }
}

/** With its anonymous volumes and at once: a Machine that goes has nothing left to save. */
export async function removeContainer(request: {
  readonly container: Dockerode.Container;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  try {
    await callEngine(`remove container ${request.name}`, request.signal, (options) =>
      request.container.remove({ force: true, v: true, ...options }),
    );
  } catch (error) {
    // 404: gone. 409: its removal is under way.
    if (!hasStatus(error, 404, 409)) throw error;
  }
}
