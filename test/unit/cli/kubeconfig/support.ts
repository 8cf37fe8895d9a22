import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach } from 'vitest';
import { renderKubeconfig } from '../../../../activities/pki/kubeconfig.ts';

/** As the worker issues one for cluster demo; `mark` tells one issue from the next. */
export function issuedKubeconfig(mark = 'first', facts: { readonly user?: string; readonly server?: string; readonly uid?: string } = {}): string {
  const person = facts.user === undefined ? 'slipway-demo' : `${facts.user}@slipway-demo`;
  return renderKubeconfig({
    clusterName: 'slipway-demo',
    contextName: person,
    userName: person,
    server: facts.server ?? 'https://127.0.0.1:36000',
    caPem: `ca ${mark}`,
    certificatePem: `certificate ${mark}`,
    privateKeyPem: `key ${mark}`,
    extension: { cluster: 'demo', uid: facts.uid ?? 'uid-demo', installation: 'inst-1' },
  });
}

/** As kubectl writes it, with what people add: comments, a field that nobody knows, text that YAML could take for numbers. */
export const grownKubeconfig = `# mine
apiVersion: v1
clusters:
- cluster:
    certificate-authority: /etc/ca.crt
    server: https://work.example:6443
    mystery: 0600
  name: work
contexts:
- context:
    cluster: work
    namespace: "007"
    user: work # the usual one
  name: work
current-context: work
kind: Config
preferences:
  colors: yes

# last, because it is long
users:
- name: work
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      args:
      - get-token
      command: work-login
      env: null
`;

/** A fresh directory for each test. */
export function useScratch(): { path(name: string): string; write(name: string, text: string, mode?: number): string } {
  let directory = '';
  const made: string[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-kubeconfig-'));
    made.push(directory);
  });
  afterAll(() => made.forEach((path) => rmSync(path, { recursive: true, force: true })));
  const path = (name: string): string => join(directory, name);
  return {
    path,
    write: (name, text, mode = 0o600) => {
      writeFileSync(path(name), text, { mode });
      return path(name);
    },
  };
}
