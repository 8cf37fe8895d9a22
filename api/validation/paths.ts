import type { Check } from './wrong.ts';

// oxlint-disable-next-line no-control-regex -- refusing control characters is the point
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Absolute, without "..", "." or empty parts, and without anything that a terminal or a mount option would interpret. */
export const checkAbsolutePath: Check<string> = (path) => {
  const expected = 'write an absolute path without "..", such as "/etc/example/config.yaml"';
  if (CONTROL.test(path)) return { message: 'must not contain control characters', expected };
  if (!path.startsWith('/')) return { message: 'must be an absolute path', expected };
  if (path.length > 512) return { reason: 'Too long', message: 'has more than 512 characters', expected };
  const parts = path.replace(/\/$/, '').split('/').slice(1);
  if (parts.includes('..')) return { message: 'must not contain ".."', expected };
  if (parts.includes('.') || parts.includes('')) return { message: 'must not contain "." or empty parts', expected };
  return undefined;
};

/** Docker's own syntax for mounts separates their parts by colons. */
export const checkMountPath: Check<string> = (path) =>
  checkAbsolutePath(path) ??
  (path.includes(':') ? { message: 'must not contain ":"', expected: 'use a path without a colon' } : undefined);

/** Where the machine's own systems are mounted: a mount there would take them away. */
const MACHINE_MOUNTS = new Set([
  '/',
  '/dev',
  '/proc',
  '/sys',
  '/run',
  '/tmp',
  '/var',
  '/etc',
  '/usr',
  '/lib/modules',
  '/dev/kmsg',
  '/sys/fs/cgroup',
]);

export const checkContainerPath: Check<string> = (path) =>
  checkMountPath(path) ??
  (MACHINE_MOUNTS.has(path.replace(/(.)\/$/, '$1'))
    ? {
        reason: 'Forbidden',
        message: 'would hide a directory that the machine needs',
        expected: 'mount into a directory below it',
      }
    : undefined);

const SLIPWAY = /^\/(etc|usr\/lib|var\/lib|run)\/slipway(\/|-|$)|^\/root\/\.ssh\//;

const PKI =
  /^\/etc\/kubernetes\/(pki\/(ca|front-proxy-ca|etcd\/ca|apiserver[a-z-]*|front-proxy-client|etcd\/[a-z-]+)\.(crt|key)|pki\/sa\.(pub|key)|[a-z-]+\.conf|manifests\/(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)\.yaml)$/;

/** A file that kubeadm or Slipway writes cannot be the user's as well. */
export const checkFilePath: Check<string> = (path) =>
  checkAbsolutePath(path) ??
  (path.endsWith('/') ? { message: 'must name a file', expected: 'leave out the final "/"' } : undefined) ??
  (SLIPWAY.test(path)
    ? { reason: 'Forbidden', message: 'is where Slipway keeps its own files', expected: 'choose another path' }
    : undefined) ??
  (PKI.test(path)
    ? {
        reason: 'Forbidden',
        message: 'is written by kubeadm',
        expected: 'choose another path, or set what you need in clusterConfiguration',
      }
    : undefined);

export const checkPermissions: Check<string> = (permissions) =>
  /^0?[0-7]{3,4}$/.test(permissions) && permissions.length <= 4
    ? undefined
    : { message: 'must be octal digits', expected: 'write them as a string, such as "0640"' };

export const checkOwner: Check<string> = (owner) =>
  /^[a-z_][a-z0-9_-]{0,31}(:[a-z_][a-z0-9_-]{0,31})?$/.test(owner)
    ? undefined
    : { message: 'must be a user, or a user and a group', expected: 'write "root:root"' };
