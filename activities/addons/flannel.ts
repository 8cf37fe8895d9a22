import { stringify } from 'yaml';

/**
 * The network add-on: flannel routes Pods between Machines over VXLAN. Interfaces and addresses of
 * Pods are containerd's affair, as soon as flannel has a lease (`pod-network` of the machine image),
 * so flannel's CNI plugin is not needed. Pure: golden-tested.
 */
export function renderFlannel(request: {
  readonly podCIDR: string;
  readonly image: string;
  /** The cluster's own endpoint. Through the Service address flannel would wait for kube-proxy's rules. */
  readonly apiServer: { readonly address: string; readonly port: number };
}): string {
  return [namespace, serviceAccount, clusterRole, clusterRoleBinding, configMap(request.podCIDR), daemonSet(request)]
    .map((document) => stringify(document))
    .join('---\n');
}

const name = 'flannel';
const labels = { app: name };
const inNamespace = { namespace: 'kube-flannel' };

const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: inNamespace.namespace, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
};

const serviceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, ...inNamespace } };

const clusterRole = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
  ],
};

const clusterRoleBinding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [{ kind: 'ServiceAccount', name, ...inNamespace }],
};

function configMap(podCIDR: string) {
  const network = { Network: podCIDR, EnableNFTables: false, Backend: { Type: 'vxlan' } };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'flannel', ...inNamespace, labels },
    data: { 'net-conf.json': JSON.stringify(network) },
  };
}

function daemonSet({ image, apiServer }: Parameters<typeof renderFlannel>[0]) {
  const container = {
    name: 'flanneld',
    image,
    imagePullPolicy: 'IfNotPresent',
    args: ['--ip-masq', '--kube-subnet-mgr'],
    resources: { requests: { cpu: '50m', memory: '50Mi' } },
    securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
    env: [
      { name: 'POD_NAME', ...fieldRef('metadata.name') },
      { name: 'POD_NAMESPACE', ...fieldRef('metadata.namespace') },
      { name: 'KUBERNETES_SERVICE_HOST', value: apiServer.address },
      { name: 'KUBERNETES_SERVICE_PORT', value: String(apiServer.port) },
    ],
    volumeMounts: [
      { name: 'run', mountPath: '/run/flannel' },
      { name: 'config', mountPath: '/etc/kube-flannel/' },
      { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
    ],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, ...inNamespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          hostNetwork: true,
          priorityClassName: 'system-node-critical',
          // It makes Nodes ready, so it must run where nothing else may yet.
          tolerations: [{ operator: 'Exists' }],
          containers: [container],
          volumes: [
            { name: 'run', hostPath: { path: '/run/flannel', type: 'DirectoryOrCreate' } },
            { name: 'config', configMap: { name: 'flannel' } },
            { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
          ],
        },
      },
    },
  };
}

function fieldRef(fieldPath: string) {
  return { valueFrom: { fieldRef: { fieldPath } } };
}
