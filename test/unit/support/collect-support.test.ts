import { gunzipSync } from 'node:zlib';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSupportActivities } from '../../../activities/support-activities.ts';
import type { CommandResult } from '../../../activities/seams/command-runner.ts';
import { createClusterRecords, type ClusterRecords } from '../../../activities/store/cluster-records.ts';
import { createClusterSecrets, type ClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { createSealingKeyPair, unseal } from '../../../api/sealed-box.ts';
import { unknownObservation } from '../../../domain/observation.ts';
import type { SupportAnswer, SupportPart } from '../../../domain/support.ts';
import { createCanaries } from '../../e2e/harness/canaries.ts';
import { needle, pemLines, search, source } from '../../e2e/harness/secret-search.ts';
import { sampleEntry, sampleMachine, sampleRecord } from '../store/sample-records.ts';
import { temporaryDirectory } from '../store/temporary-directory.ts';

const answerSchema = z.object({
  uid: z.string(),
  deletedAt: z.number().exactOptional(),
  machines: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), content: z.string() })),
  missing: z.array(z.object({ path: z.string(), reason: z.string() })),
  next: z.number().exactOptional(),
});

const allocation = { host: 'local', subnet: '172.30.7.0/24', gateway: '172.30.7.1', loadBalancerAddress: '172.30.7.2', apiServerHostPort: 22_001 };
const allParts: readonly SupportPart[] = [
  { kind: 'store' },
  { kind: 'state' },
  { kind: 'kubernetes' },
  { kind: 'etcd' },
  { kind: 'machine', machine: 'demo-cp' },
  { kind: 'histories', from: 0, count: 10 },
];

let records: ClusterRecords;
let secrets: ClusterSecrets;
let uid = '';
let installation = '';

/** A real store with the cluster "demo", its keys and one secret text of its manifest. */
beforeEach(async () => {
  const directory = await temporaryDirectory();
  const store = await openFileStore(`${directory}/store`);
  secrets = createClusterSecrets({ store, box: createSecretBox(await loadStoreKey(`${directory}/key.json`)) });
  records = createClusterRecords(store);
  installation = store.id;
  uid = await records.reserveUid('demo');
  const machine = { ...sampleMachine('demo-cp'), role: 'control-plane' as const };
  await records.save({ ...sampleRecord({ installation, version: 1, uid }), machines: [machine], allocation });
});

type World = {
  /** What every command on a Machine prints, every table says, every history and every answer holds. */
  readonly says?: string;
  readonly run?: () => Promise<CommandResult>;
  readonly history?: unknown;
  readonly histories?: number;
};

async function collect(part: SupportPart, world: World = {}): Promise<SupportAnswer> {
  const { says = 'nothing', histories = 1, history = { events: [{ failure: { message: says } }] } } = world;
  const activities = createSupportActivities({
    records,
    secrets,
    runner: { run: world.run ?? (async () => ({ exitCode: 0, stdout: `${says}\n`, stderr: says })) },
    members: { list: async () => [{ id: '1', name: says, peerUrls: [], learner: false, healthy: true }] },
    tables: { list: async () => ({ columns: ['Name'], rows: [[says]] }) },
    histories: {
      list: async () => Array.from({ length: histories }, (_, index) => ({ workflowId: `cluster/demo/step-${index}`, runId: `run-${index}`, type: 'joinMachine', status: 'COMPLETED' })),
      fetch: async () => history,
      askCluster: async () => ({ evidence: says }),
    },
    observe: async () => unknownObservation(says, 0),
  });
  const { publicKey, privateKey } = createSealingKeyPair();
  const request = { name: 'demo', part, recipient: publicKey };
  const { sealed } = z.object({ sealed: z.string() }).parse(await new MockActivityEnvironment().run(() => activities.collectSupport(request)));
  expect(Buffer.byteLength(sealed)).toBeLessThan(1_000_000);
  return answerSchema.parse(JSON.parse(gunzipSync(unseal(privateKey, sealed, 'support')).toString('utf8')));
}

describe('no secret gets into a bundle', () => {
  test('whatever says it: machines, tables, states, histories in clear and in payloads', async () => {
    const canaries = createCanaries();
    const manifests = canaries.sentence('a secret text of the manifest');
    await secrets.internSecret(uid, `#!/bin/sh\n${manifests}\n`);
    const keys = await secrets.ensure({ installation, name: 'demo', uid });
    const { ca } = await secrets.loadPki(uid);
    const caLines = pemLines(ca.privateKeyPem).map((line, index) => needle(`line ${index + 1} of the CA's key`, line));
    const token = 'abcdef.0123456789abcdef';
    const says = [
      `marker-4711 ${keys.caPublicKeyHash}`,
      manifests,
      canaries.privateKey('a private key'),
      // Cut out of its block, so that only who knows the key can tell what it is.
      pemLines(ca.privateKeyPem)[1] ?? '',
      `kubeadm join --token ${token}`,
      `password: ${canaries.word('a password')}`,
    ].join('\n');
    const payload = { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: Buffer.from(JSON.stringify({ output: says })).toString('base64') };
    const history = { events: [{ input: { payloads: [payload] }, failure: { message: says } }] };
    await records.appendJournal(uid, sampleEntry('e', { evidence: says }));

    const answers = await Promise.all(allParts.map((part) => collect(part, { says, history })));
    const sources = answers.flatMap(({ files }) => files).flatMap(({ path, content }) => [source(path, content), ...decodedPayloads(path, content)]);
    expect(sources.length).toBeGreaterThan(18);
    const needles = [...canaries.needles(), ...caLines, needle('a bootstrap token', token)];
    expect(search(sources, needles)).toEqual([]);
    // The control: what is no secret was in each of these texts, and still is.
    expect(search([source('the original', says)], needles).length).toBeGreaterThan(4);
    const marked = sources.filter(({ bytes }) => bytes.includes('marker-4711')).map(({ name }) => name);
    expect(marked).toEqual(expect.arrayContaining(['state.json', 'etcd-members.json', 'kubernetes/pods.txt', 'machines/demo-cp/kubelet.log', 'store/journal.json', 'histories/cluster_demo_step-0.run-0.json', 'a payload in histories/cluster_demo_step-0.run-0.json']));
    const reference = (await secrets.listInterned(uid)).length;
    expect(reference).toBe(1);
  });

  test('nor into the reasons why something is missing', async () => {
    const canaries = createCanaries();
    const word = canaries.word('a token');
    const answer = await collect({ kind: 'machine', machine: 'demo-cp' }, { run: async () => Promise.reject(new Error(`refused: token=${word}`)) });
    expect(answer.missing).toEqual([{ path: 'machines/demo-cp/', reason: 'refused: token=[removed: credential]' }]);
  });
});

function decodedPayloads(path: string, content: string) {
  return [...content.matchAll(/"data": "([A-Za-z0-9+/=]+)"/g)].map(([, data]) => source(`a payload in ${path}`, Buffer.from(data ?? '', 'base64')));
}

describe('a history', () => {
  test('without secrets keeps its payloads to the byte: it can be replayed', async () => {
    const data = Buffer.from('{"name": "demo",  "spaced": true}').toString('base64');
    const history = { events: [{ input: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data }] } }] };
    const { files } = await collect({ kind: 'histories', from: 0, count: 5 }, { history });
    expect(JSON.parse(files.find(({ path }) => path.startsWith('histories/cluster'))?.content ?? '')).toEqual(history);
  });

  test('of many is answered in pages, each once', async () => {
    const noise = Array.from({ length: 12_000 }, (_, index) => `${index.toString(36)}${(index * 7_919_317).toString(36)}`).join(' ');
    const seen: string[] = [];
    let from: number | undefined = 0;
    let pages = 0;
    for (; from !== undefined; pages += 1) {
      const answer: SupportAnswer = await collect({ kind: 'histories', from, count: 20 }, { histories: 20, history: { events: [noise] } });
      seen.push(...answer.files.map(({ path }) => path).filter((path) => path !== 'histories/index.json'));
      from = answer.next;
    }
    expect(pages).toBeGreaterThan(1);
    expect(new Set(seen).size).toBe(20);
    expect(seen).toHaveLength(20);
  });
});

describe('what cannot be had is named, and the rest is there', () => {
  test('a Machine that does not answer is knocked at once', async () => {
    let knocks = 0;
    const run = async (): Promise<CommandResult> => {
      knocks += 1;
      throw new Error('no route to host');
    };
    const { files, missing } = await collect({ kind: 'machine', machine: 'demo-cp' }, { run });
    expect({ knocks, files, missing }).toEqual({ knocks: 1, files: [], missing: [{ path: 'machines/demo-cp/', reason: 'no route to host' }] });
  });

  test('a command that fails leaves what it printed', async () => {
    const { files, missing } = await collect({ kind: 'machine', machine: 'demo-cp' }, { run: async () => ({ exitCode: 0, stdout: 'x\n', stderr: '' }) });
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['machines/demo-cp/kubelet.log', 'machines/demo-cp/etcd.txt']));
    expect(missing).toEqual([]);
    let first = true;
    const failing = await collect({ kind: 'machine', machine: 'demo-cp' }, {
      run: async () => {
        const exitCode = first ? 0 : 1;
        first = false;
        return { exitCode, stdout: 'half\n', stderr: 'it broke\n' };
      },
    });
    expect(failing.files.every(({ content }) => content === 'half\n')).toBe(true);
    expect(failing.missing[0]).toMatchObject({ reason: 'its command exited with 1: it broke' });
  });

  test('a cluster that was deleted has its record, its journal and its histories', async () => {
    await records.markDeleted(uid, 7_000);
    const answer = await collect({ kind: 'store' });
    expect(answer).toMatchObject({ uid, deletedAt: 7_000, machines: [], missing: [] });
    expect(answer.files.map(({ path }) => path)).toEqual(['store/record.json', 'store/journal.json']);
  });
});
