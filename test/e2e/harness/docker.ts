import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import Docker from 'dockerode';

export const docker = new Docker();

const installationLabel = 'dev.slipway.installation';

export type DockerObjects = {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
};

/** Names of everything that carries the label, "key=value". */
export async function listObjects(label: string): Promise<DockerObjects> {
  const filters = { label: [label] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return {
    containers: containers.map(({ Names, Id }) => Names[0]?.slice(1) ?? Id).toSorted(),
    networks: networks.map(({ Name }) => Name).toSorted(),
    // Docker answers null, not an empty list, where there is none.
    volumes: (Volumes ?? []).map(({ Name }) => Name).toSorted(),
  };
}

export const noObjects: DockerObjects = { containers: [], networks: [], volumes: [] };

export function removeInstallation(installation: string): Promise<void> {
  return removeObjects(`${installationLabel}=${installation}`);
}

export function installationObjects(installation: string): Promise<DockerObjects> {
  return listObjects(`${installationLabel}=${installation}`);
}

/** IDs of the installation's containers and networks, and of every volume in them, whether it has labels or not. */
export async function installationIds(installation: string): Promise<readonly string[]> {
  const filters = { label: [`${installationLabel}=${installation}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const volumes = containers.flatMap(({ Mounts }) => Mounts.flatMap(({ Type, Name }) => (Type === 'volume' && Name !== undefined ? [Name] : [])));
  return [...containers.map(({ Id }) => Id), ...networks.map(({ Id }) => Id), ...volumes];
}

/** All containers, networks and volumes of the engine by ID, whoever's they are. */
export async function listEngine(): Promise<ReadonlySet<string>> {
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
  ]);
  return new Set([...containers.map(({ Id }) => Id), ...networks.map(({ Id }) => Id), ...(Volumes ?? []).map(({ Name }) => Name)]);
}

/** Which container it is and which start of it: both stay the same as long as nobody touches it. */
export async function identifyContainers(names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    names.map(async (name) => {
      const { Id, State, RestartCount } = await docker.getContainer(name).inspect();
      return [name, `${Id} started ${State.StartedAt} pid ${State.Pid} restarts ${RestartCount}`] as const;
    }),
  );
  return Object.fromEntries(found);
}

export type ExecResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** A shell script as root inside a running container. */
export async function execInside(container: string, script: string): Promise<ExecResult> {
  const exec = await docker.getContainer(container).exec({ Cmd: ['sh', '-c', script], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  const [stdout, stderr] = [createSink(), createSink()];
  docker.modem.demuxStream(stream, stdout.sink, stderr.sink);
  await finished(stream, { writable: false });
  const { ExitCode } = await exec.inspect();
  return { code: ExitCode ?? -1, stdout: stdout.text(), stderr: stderr.text() };
}

/** Its standard output. @throws Error where the script fails */
export async function readInside(container: string, script: string): Promise<string> {
  const { code, stdout, stderr } = await execInside(container, script);
  if (code !== 0) throw new Error(`exit code ${code} in ${container}: ${script}\n${stderr}`);
  return stdout.trim();
}

function createSink(): { readonly sink: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { sink, text: () => Buffer.concat(chunks).toString('utf8') };
}

/** Everything with that label, and nothing else; also what appears while this goes on. */
export async function removeObjects(label: string): Promise<void> {
  const filters = { label: [label] };
  for (let round = 1; ; round += 1) {
    const left = await listObjects(label);
    if (Object.values(left).every((names) => names.length === 0)) return;
    if (round > 10) throw new Error(`cannot be removed: ${JSON.stringify(left)}`);
    const containers = await docker.listContainers({ all: true, filters });
    await Promise.all(containers.map(({ Id }) => ignoreMissing(docker.getContainer(Id).remove({ force: true, v: true }))));
    const networks = await docker.listNetworks({ filters });
    await Promise.all(networks.map(({ Id }) => ignoreMissing(docker.getNetwork(Id).remove())));
    const { Volumes } = await docker.listVolumes({ filters });
    await Promise.all((Volumes ?? []).map(({ Name }) => ignoreMissing(docker.getVolume(Name).remove())));
  }
}

/** 403 and 409: in use, or being removed already; the next round decides. */
async function ignoreMissing(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
    if (status !== 404 && status !== 409 && status !== 403) throw error;
  }
}
