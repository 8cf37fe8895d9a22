import { parseDuration } from './durations.ts';
import { checkNodeLabels } from './labels.ts';
import type { Check, Wrong } from './wrong.ts';

/** Extra arguments are a map from a flag's name, without dashes, to its value. */
export const checkArgumentName: Check<string> = (name) => {
  if (/^[a-z][a-z0-9-]{0,99}$/.test(name)) return undefined;
  const bare = name.replace(/^-+/, '');
  return {
    message: "the argument's name is not valid",
    expected:
      bare !== name && /^[a-z][a-z0-9-]*$/.test(bare)
        ? `write "${bare}", without dashes before it`
        : 'write a flag\'s name such as "v"',
  };
};

const NETWORK = 'set spec.clusterNetwork of the Cluster';
const LEAVE_OUT = 'leave it out';

/** Flags that kubeadm or Slipway sets, by component, and what to do instead of setting them. */
const OWNED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  kubelet: {
    'hostname-override': LEAVE_OUT,
    'node-ip': LEAVE_OUT,
    'provider-id': LEAVE_OUT,
    'cloud-provider': LEAVE_OUT,
    kubeconfig: LEAVE_OUT,
    'bootstrap-kubeconfig': LEAVE_OUT,
    config: 'write a file to /etc/kubernetes and use postKubeadmCommands, or set single arguments',
    'container-runtime-endpoint': LEAVE_OUT,
    'register-with-taints': 'use nodeRegistration.taints',
    'cluster-dns': LEAVE_OUT,
    'cluster-domain': NETWORK,
    'client-ca-file': LEAVE_OUT,
    'pod-infra-container-image': LEAVE_OUT,
  },
  'kube-apiserver': {
    'advertise-address': LEAVE_OUT,
    'anonymous-auth': 'leave it out: the load balancer asks /readyz without credentials',
    'secure-port': NETWORK,
    'service-cluster-ip-range': NETWORK,
    'etcd-servers': LEAVE_OUT,
    'etcd-cafile': LEAVE_OUT,
    'etcd-certfile': LEAVE_OUT,
    'etcd-keyfile': LEAVE_OUT,
    'client-ca-file': LEAVE_OUT,
    'tls-cert-file': LEAVE_OUT,
    'tls-private-key-file': LEAVE_OUT,
    'service-account-key-file': LEAVE_OUT,
    'service-account-signing-key-file': LEAVE_OUT,
  },
  'kube-controller-manager': {
    'cluster-cidr': NETWORK,
    'service-cluster-ip-range': NETWORK,
    'cluster-name': LEAVE_OUT,
    'allocate-node-cidrs': LEAVE_OUT,
    'cluster-signing-cert-file': LEAVE_OUT,
    'cluster-signing-key-file': LEAVE_OUT,
    'root-ca-file': LEAVE_OUT,
    'service-account-private-key-file': LEAVE_OUT,
    kubeconfig: LEAVE_OUT,
  },
  'kube-scheduler': { kubeconfig: LEAVE_OUT, config: 'set single arguments' },
  etcd: Object.fromEntries(
    [
      'name',
      'data-dir',
      'initial-cluster',
      'initial-cluster-state',
      'initial-cluster-token',
      'initial-advertise-peer-urls',
      'advertise-client-urls',
      'listen-client-urls',
      'listen-peer-urls',
      'force-new-cluster',
      'cert-file',
      'key-file',
      'trusted-ca-file',
      'client-cert-auth',
      'peer-cert-file',
      'peer-key-file',
      'peer-trusted-ca-file',
      'peer-client-cert-auth',
    ].map((name) => [name, LEAVE_OUT]),
  ),
};

export type Component = 'kubelet' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'etcd';

// oxlint-disable-next-line no-control-regex -- refusing control characters is the point
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The value of one argument of a component; the arguments that Slipway sets itself are refused. */
export const checkArgument =
  (component: Component) =>
  (name: string): Check<string> =>
  (value): Wrong | undefined => {
    const instead = OWNED[component]?.[name];
    if (instead !== undefined) {
      return {
        reason: 'Forbidden',
        message: `kubeadm and Slipway set this argument of ${component}`,
        expected: instead,
      };
    }
    if (CONTROL.test(value) || value.length > 4096) {
      return { message: 'must be one line of at most 4096 characters', expected: 'write the value on one line' };
    }
    return undefined;
  };

export const checkKubeletArgument =
  (name: string): Check<string> =>
  (value) =>
    checkArgument('kubelet')(name)(value) ?? (name === 'node-labels' ? checkNodeLabels(value) : undefined);

const NODE_MASK = /^(1[6-9]|2\d|30)$/;

/** How long the network of a Node's pods is; kube-controller-manager's default for IPv4 is 24. */
export const readNodeMask = (extraArgs: Readonly<Record<string, string>>): number => {
  const text = extraArgs['node-cidr-mask-size-ipv4'] ?? extraArgs['node-cidr-mask-size'] ?? '24';
  return NODE_MASK.test(text) ? Number(text) : 24;
};

export const checkControllerManagerArgument =
  (name: string): Check<string> =>
  (value) => {
    const wrong = checkArgument('kube-controller-manager')(name)(value);
    if (wrong !== undefined) return wrong;
    if (name.startsWith('node-cidr-mask-size') && !NODE_MASK.test(value)) {
      return {
        message: 'is not a prefix length for the pods of one Node',
        expected: 'use a number from "16" to "30", such as "24"',
      };
    }
    const isTime = name.endsWith('-period') || name.endsWith('-timeout') || name.endsWith('-grace-period');
    return isTime && /^[\d.]/.test(value) && parseDuration(value) === undefined
      ? { message: 'is not a duration', expected: 'write a duration such as "40s"' }
      : undefined;
  };
