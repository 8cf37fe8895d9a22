import ipaddr from 'ipaddr.js';
import type { Check } from './wrong.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** kubeadm takes wildcards as subject alternative names, in the first label only. */
const WILDCARD = /^\*\./;

export const isDnsLabel = (text: string): boolean => text.length <= 63 && LABEL.test(text);

export const isDnsSubdomain = (text: string): boolean =>
  text.length <= 253 && text.split('.').every((part) => isDnsLabel(part));

/**
 * A DNS-1123 label: it becomes part of host names, container names and workflow IDs,
 * so dots, which Cluster API would take, are refused.
 */
export const checkName =
  (maxLength: number): Check<string> =>
  (name) => {
    if (name.length > maxLength) {
      return {
        reason: 'Too long',
        message: `has ${name.length} characters; with a suffix it must fit into a host name of 63`,
        expected: `use at most ${maxLength} characters`,
      };
    }
    if (isDnsLabel(name)) return undefined;
    return {
      message: 'must be a DNS-1123 label',
      expected: 'use lower case letters, digits and "-", beginning and ending with a letter or digit, such as "demo-1"',
    };
  };

export const checkNamespace: Check<string> = (namespace) =>
  isDnsLabel(namespace)
    ? undefined
    : { message: 'must be a DNS-1123 label', expected: 'use lower case letters, digits and "-", such as "default"' };

/** Names of templates are only referred to, so Kubernetes' own rule for object names is enough. */
export const checkObjectName: Check<string> = (name) =>
  isDnsSubdomain(name)
    ? undefined
    : {
        message: 'must be a DNS-1123 subdomain of at most 253 characters',
        expected: 'use lower case letters, digits, "-" and ".", beginning and ending with a letter or digit',
      };

export const checkServiceDomain: Check<string> = (domain) =>
  isDnsSubdomain(domain)
    ? undefined
    : {
        message: 'must be a DNS domain in lower case without a final dot',
        expected: 'use a domain such as "cluster.local"',
      };

/** As kubeadm checks them: an IP address, a DNS name, or a DNS name with a wildcard for its first label. */
export const checkCertSAN: Check<string> = (name) => {
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(name) || ipaddr.IPv6.isValid(name);
  if (isAddress || isDnsSubdomain(name.replace(WILDCARD, ''))) return undefined;
  return {
    message: 'must be an IP address or a DNS name',
    expected: 'use an address such as "127.0.0.1" or a name such as "api.example.com" or "*.example.com"',
  };
};
