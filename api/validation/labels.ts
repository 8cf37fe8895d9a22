import { isDnsSubdomain } from './names.ts';
import { LIMITS } from '../limits.ts';
import type { Check, Wrong } from './wrong.ts';

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** "name" or "domain/name", as Kubernetes takes them for labels, annotations and taints. */
export const isQualifiedName = (key: string): boolean => {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  return parts.length <= 2 && name.length <= 63 && NAME.test(name) && (domain === undefined || isDnsSubdomain(domain));
};

export const isLabelValue = (value: string): boolean => value === '' || (value.length <= 63 && NAME.test(value));

export const checkLabelKey: Check<string> = (key) =>
  isQualifiedName(key)
    ? undefined
    : {
        message: 'the key is not valid',
        expected: 'use "name" or "example.com/name" with at most 63 characters in the name',
      };

export const checkLabelValue: Check<string> = (value) =>
  isLabelValue(value)
    ? undefined
    : {
        message: 'is not a valid label value',
        expected: 'use at most 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit',
      };

/** It becomes the zone of Nodes, which is a label. */
export const checkFailureDomain: Check<string> = (name) =>
  name === '' ? { message: 'must not be empty', expected: 'write a name such as "fd1"' } : checkLabelValue(name);

/** Kubernetes counts the bytes of all keys and values of an object's annotations together. */
export const checkAnnotationsSize: Check<Readonly<Record<string, string>>> = (annotations) => {
  const bytes = Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return bytes <= LIMITS.annotationBytes
    ? undefined
    : {
        reason: 'Too long',
        message: `annotations take ${bytes} bytes`,
        expected: `use at most ${LIMITS.annotationBytes} bytes`,
      };
};

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** Labels in these domains are the kubelet's to set, beside {@link KUBELET_LABELS}. */
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
]);

const isInDomain = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);

/**
 * The kubelet exits at once when --node-labels sets a label of Kubernetes' own domains that is not its own to set,
 * and kubeadm then waits for minutes: so it is refused here.
 */
export const checkNodeLabels: Check<string> = (list) => {
  for (const item of list.split(',')) {
    const [key = '', value = '', ...rest] = item.split('=');
    const wrong: Wrong | undefined = rest.length > 0 ? NOT_A_LIST : (checkNodeLabelKey(key) ?? checkLabelValue(value));
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

const NOT_A_LIST: Wrong = { message: 'is not a list of labels', expected: 'write "key=value,other=value"' };

const checkNodeLabelKey: Check<string> = (key) => {
  if (!isQualifiedName(key)) return NOT_A_LIST;
  const domain = key.includes('/') ? (key.split('/')[0] ?? '') : '';
  const isKubernetes = isInDomain(domain, 'kubernetes.io') || isInDomain(domain, 'k8s.io');
  if (!isKubernetes || KUBELET_LABELS.has(key) || KUBELET_DOMAINS.some((own) => isInDomain(domain, own)))
    return undefined;
  return {
    reason: 'Forbidden',
    message: `a kubelet may not set ${key} on its own Node`,
    expected:
      'put it under the labels of the Machine template (domains node-role.kubernetes.io, node-restriction.kubernetes.io and node.cluster.x-k8s.io reach the Node), or use a domain of your own',
  };
};
