import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Docker from 'dockerode';
import { onTestFinished } from 'vitest';

type Spec = {
  readonly Entrypoint: readonly string[];
  readonly HostConfig: {
    readonly CapAdd?: readonly string[];
    readonly CapDrop?: readonly string[];
    readonly Devices?: readonly unknown[];
    readonly Mounts?: readonly { readonly Source: string }[];
  };
};

/** Says no to a container as a real engine's API would: when it is created, or when it is started. */
export type Refuse = (spec: Spec) => { readonly at: 'create' | 'start'; readonly message: string } | undefined;

/** A Docker engine's API on a socket, as far as throw-away containers need it. */
export async function startFakeEngine(engine: { readonly refuse: Refuse; readonly output?: string; readonly info?: object }) {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
  const containers = new Map<string, Spec>();
  const started: Spec[] = [];
  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    const [, kind, id = '', verb = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    if (kind === 'info') return [200, { ID: 'ENGINE', SecurityOptions: ['name=seccomp,profile=default'], ...engine.info }];
    if (id === 'create') {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the code under test wrote it
      const spec = JSON.parse(await text(request)) as Spec;
      const refusal = engine.refuse(spec);
      if (refusal?.at === 'create') return [400, { message: refusal.message }];
      const name = `c${containers.size}-${started.length}`;
      containers.set(name, spec);
      return [201, { Id: name }];
    }
    const spec = containers.get(id);
    if (spec === undefined) return [404, { message: 'No such container' }];
    if (request.method === 'DELETE') return [containers.delete(id) ? 204 : 404, undefined];
    if (verb === 'wait') return [200, { StatusCode: 0 }];
    if (verb === 'logs') return [200, engine.output ?? ''];
    const refusal = engine.refuse(spec);
    if (refusal !== undefined) return [500, { message: refusal.message }];
    started.push(spec);
    return [204, undefined];
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = await answer(request);
    response.writeHead(status).end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  };
  const server = createServer((request, response) => void respond(request, response)).listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });
  return { docker: new Docker({ socketPath: join(folder, 'docker.sock') }), containers, started };
}
