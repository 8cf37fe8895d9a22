import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { searchAttributes } from '../../../cli/local/temporal-server.ts';
import { readWorkerConfig } from '../../../workers/config.ts';
import { hostTaskQueue } from '../../../workflows/contracts.ts';

const text = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');

/** As much of Compose's specification as is relied on here; strict, so that a misspelt key is found. */
const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.literal('.'), dockerfile_inline: z.string() }).optional(),
  restart: z.string(),
  networks: z.array(z.string()).optional(),
  network_mode: z.literal('host').optional(),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) })).default({}),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).optional(),
  read_only: z.boolean().optional(),
  init: z.boolean().optional(),
  shm_size: z.string().optional(),
  stop_grace_period: z.string().optional(),
  security_opt: z.array(z.string()),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  healthcheck: z
    .strictObject({ test: z.array(z.string()), interval: z.string(), timeout: z.string(), retries: z.int(), start_period: z.string() })
    .optional(),
});
const schema = z.object({
  name: z.literal('slipway'),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
  networks: z.record(z.string(), z.null()),
});

const compose = schema.parse(parse(text, { merge: true }));
const services = Object.entries(compose.services).map(([name, value]) => ({ name, ...value }));

function serviceNamed(name: string) {
  const found = services.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** The variable's default, as Compose fills it in where nothing is set. */
const fillIn = (value: string): string => value.replaceAll(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');

describe.each(services)('$name', (each) => {
  test('publishes nothing beyond loopback', () => {
    for (const port of each.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('has its image pinned to a full version, unless it is built here', () => {
    expect(each.build === undefined ? each.image : 'built:0.0').toMatch(/:\d+\.\d+/);
  });

  test('takes passwords from the environment, which must have them', () => {
    const secrets = Object.entries(each.environment).filter(([name]) => /PASSWORD|PWD|SECRET|TOKEN|KEY/.test(name));
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{SLIPWAY_[A-Z_]+:\?.+\}$/);
  });

  test('waits only for what can tell that it is ready', () => {
    const wrong = Object.entries(each.depends_on).filter(
      ([name, { condition }]) => condition === 'service_healthy' && serviceNamed(name).healthcheck === undefined,
    );
    expect(wrong).toEqual([]);
  });

  test('keeps data in declared volumes alone', () => {
    const sources = each.volumes.map((volume) => fillIn(volume).split(':')[0] ?? '');
    for (const source of sources) expect(source.startsWith('/') || source in compose.volumes).toBe(true);
  });

  test('either ends by itself or says whether it is well', () => {
    const ends = services.some(({ depends_on }) => depends_on[each.name]?.condition === 'service_completed_successfully');
    expect(ends ? each.restart.startsWith('on-failure:') : each.healthcheck !== undefined && each.restart === 'unless-stopped').toBe(true);
  });

  test('its scripts can be read by a shell', () => {
    const script = each.entrypoint?.join(' ') === '/bin/sh -euc' ? (each.command ?? []).join('\n') : 'true';
    expect(() => execFileSync('sh', ['-n'], { input: script.replaceAll('$$', '$'), stdio: 'pipe' })).not.toThrow();
  });
});

describe('the worker', () => {
  const worker = serviceNamed('worker');
  const env = Object.fromEntries(Object.entries(worker.environment).map(([name, value]) => [name, fillIn(value)]));

  test('gets an environment that it understands, and keeps store and key in the volume', () => {
    const { metricsAddress, ...config } = readWorkerConfig(env);
    expect(config).toMatchObject({ host: 'local', store: '/var/lib/slipway/store', storeKeyFile: '/var/lib/slipway/keys/store.json' });
    expect(metricsAddress).toBe('127.0.0.1:9464');
    expect(worker.volumes).toContain('slipway-home:/var/lib/slipway');
  });

  test('is healthy when it polls the queue of its host', () => {
    const script = worker.healthcheck?.test.at(-1)?.replaceAll('$$', '$') ?? '';
    expect(script).toContain(hostTaskQueue('${process.env.SLIPWAY_HOST}'));
    expect(() => execFileSync(process.execPath, ['--input-type=module', '--check'], { input: script, stdio: 'pipe' })).not.toThrow();
  });

  test('is built of every folder that it imports', () => {
    const copied = [...(worker.build?.dockerfile_inline ?? '').matchAll(/^COPY (\S+) \1$/gm)].map(([, folder = '']) => folder);
    expect(copied.toSorted()).toEqual(['activities', 'api', 'domain', 'node-image', 'workers', 'workflows']);
  });
});

describe('Temporal', () => {
  test('has the search attributes that workflows write', () => {
    const script = serviceNamed('temporal-namespace').command?.join('\n') ?? '';
    const named = [...script.matchAll(/\b([A-Z][A-Za-z]+):(Keyword|Bool)\b/g)].map(([, name, type]) => [name, type]);
    expect(Object.fromEntries(named)).toEqual(searchAttributes);
  });

  test('is of one version, tools included', () => {
    expect(serviceNamed('temporal-schema').image).toBe(serviceNamed('temporal-namespace').image);
    expect(serviceNamed('temporal-schema').image).toContain(`:${serviceNamed('temporal').image.split(':')[1] ?? ''}-`);
  });
});

test('every variable is explained at the head of the file, and no other', () => {
  const used = new Set([...text.matchAll(/\$\{([A-Z_]+)[:}]/g)].map(([, name]) => name));
  const explained = new Set([...text.matchAll(/^# {3}([A-Z_]{4,}) {2}/gm)].map(([, name]) => name));
  expect(explained).toEqual(used);
});
