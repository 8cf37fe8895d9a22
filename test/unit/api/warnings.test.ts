import { describe, expect, test } from 'vitest';
import { FULL } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';

const warningsOf = (find: string, replace: string): readonly string[] => {
  if (FULL.split(find).length !== 2) throw new Error(`"${find}" does not stand once in the manifest`);
  return parseGood(FULL.replace(find, () => replace)).warnings;
};

const INFRA = 'name: full-infra\n  namespace: team-a\n';

describe('a value that has no effect, or is unwise, is warned of', () => {
  test.for([
    [
      INFRA,
      `${INFRA}  labels: {example.com/a: b}\n`,
      /metadata\.labels: Not used: labels of a DockerCluster have no effect; put them on the Cluster or on a Machine template/,
    ],
    ['  kubeadmConfigSpec:\n', '  kubeadmConfigSpec:\n    ntp: {enabled: true}\n', /ntp: Not used: .*share the clock of their host/],
    [
      '      apiServer:\n',
      '      apiServer:\n        timeoutForControlPlane: 20m\n',
      /timeoutForControlPlane: Not used: "20m": Slipway ends a kubeadm that takes longer than 8 minutes/,
    ],
    [
      '  kubeadmConfigSpec:\n',
      '  kubeadmConfigSpec:\n    useExperimentalRetryJoin: true\n',
      /useExperimentalRetryJoin: Not used: true: Slipway repeats a failed join itself/,
    ],
    [
      '        lockPassword: false\n',
      '',
      /users\[0\]\.passwd: Not used: \(hidden\): the password is locked, as by cloud-init; set lockPassword: false/,
    ],
    ['example.com/note', 'cluster.x-k8s.io/paused', /metadata\.annotations\[cluster\.x-k8s\.io\/paused\]: Not used/],
    [
      'example.com/machine: cp',
      'example.com/api-token: abc123',
      /annotations\[example\.com\/api-token\]: Insecure: \(hidden\): looks like a secret/,
    ],
    [
      'node.cluster.x-k8s.io/pool: cp',
      'join: abcdef.0123456789abcdef',
      /labels\.join: Insecure: \(hidden\): looks like a secret/,
    ],
    [
      'audit-log-maxage: "7"',
      'oidc-client-secret: abc123',
      /oidc-client-secret: Insecure: \(hidden\): looks like a secret/,
    ],
    [
      'audit-log-maxage: "7"',
      'audit-webhook: https://me:pw@example.com',
      /audit-webhook: Insecure: \(hidden\): looks like a secret/,
    ],
  ] as const)('%j becomes %j', ([find, replace, expected]) => {
    expect(warningsOf(find, replace)).toEqual([expect.stringMatching(expected)]);
  });

  test('arguments of the container runtime are named and left out', () => {
    const text = FULL.replace('          eviction-hard', '          cgroup-driver: cgroupfs\n          eviction-hard');
    const { cluster, warnings } = parseGood(text);
    expect(cluster).toEqual(parseGood(FULL).cluster);
    expect(warnings).toEqual([
      expect.stringMatching(/cgroup-driver: Not used: "cgroupfs": the machine's container runtime decides it/),
    ]);
  });

  test.for([
    'service-account-max-token-expiration: 24h',
    'token-auth-file: /etc/tokens.csv',
    'authentication-token-webhook: "true"',
  ])('a time, a path or a switch is no secret, whatever its name says: %s', (argument) => {
    expect(warningsOf('audit-log-maxage: "7"', argument)).toEqual([]);
  });

  test('the label that every object of a cluster may carry is not worth a word', () => {
    expect(warningsOf(INFRA, `${INFRA}  labels: {cluster.x-k8s.io/cluster-name: full}\n`)).toEqual([]);
  });
});
