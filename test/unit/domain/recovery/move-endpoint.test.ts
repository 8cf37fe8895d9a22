import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { moveKubeconfig } from '../../../../domain/kubeadm/move-kubeconfig.ts';
import { moveContainers, type PodTemplateSpec } from '../../../../domain/recovery/move-containers.ts';

/** As kubeadm writes kube-proxy's (addons/proxy/manifests.go). */
const kubeProxy = `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: https://172.30.4.2:6443
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
`;
const to = 'https://172.30.9.2:6443';

describe("a kubeconfig in somebody's ConfigMap", () => {
  test('gets the new address, and nothing else of it changes', () => {
    const moved = moveKubeconfig(kubeProxy, to) ?? '';
    expect(parse(moved)).toEqual(parse(kubeProxy.replace('https://172.30.4.2:6443', to)));
    expect(moveKubeconfig(moved, to)).toBeUndefined();
  });

  test.each(['', 'null', '[]', 'clusters: none', 'kind: Config'])('%j is none, and stays', (text) => {
    expect(moveKubeconfig(text, to)).toBeUndefined();
  });
});

const env = (value: string) => [{ name: 'POD_NAME' }, { name: 'KUBERNETES_SERVICE_HOST', value }];
const move = { from: '172.30.4.2', to: '172.30.9.2' };
const moved = (name: string) => ({ name, env: [{ name: 'KUBERNETES_SERVICE_HOST', value: '172.30.9.2' }] });

describe('containers that are told where the API is', () => {
  test.each<[string, PodTemplateSpec, ReturnType<typeof moveContainers>]>([
    ['those of the old address', { containers: [{ name: 'a', env: env('172.30.4.2') }, { name: 'b', env: env('10.0.0.1') }, { name: 'c' }] }, { containers: [moved('a')] }],
    ['those that run before them, too', { initContainers: [{ name: 'i', env: env('172.30.4.2') }], containers: [{ name: 'a', env: env('172.30.4.2') }] }, { initContainers: [moved('i')], containers: [moved('a')] }],
    ['none once it was done', { containers: [{ name: 'a', env: env('172.30.9.2') }] }, undefined],
    ['none where another variable holds the address', { containers: [{ name: 'a', env: [{ name: 'DATABASE', value: '172.30.4.2' }] }] }, undefined],
    ['none of nothing', {}, undefined],
  ])('are moved: %s', (_which, spec, expected) => {
    expect(moveContainers(spec, move)).toEqual(expected);
  });
});
