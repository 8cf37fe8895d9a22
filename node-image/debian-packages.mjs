// @ts-check
/** What a machine and a load balancer are made of, apart from Kubernetes itself. */

/** Packages of a machine. */
export const machinePackages = Object.freeze([
  // The system itself: a kubeadm machine is administered through systemd.
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'ca-certificates',
  'procps',
  'util-linux',
  'mount',
  'kmod',
  // The container runtime and what it calls.
  'containerd',
  'runc',
  'containernetworking-plugins',
  // kubeadm's preflight and kube-proxy look for these.
  'iptables',
  'ipset',
  'conntrack',
  'ethtool',
  'ebtables',
  'socat',
  'iproute2',
  // For a person who looks into a machine.
  'curl',
  'iputils-ping',
]);

/** Packages of the load balancer: socat speaks to HAProxy's runtime socket. */
export const loadBalancerPackages = Object.freeze(['haproxy', 'socat']);

/** Paths that dpkg leaves out: nobody reads manuals in a machine. */
export const leftOutPaths = Object.freeze([
  'path-exclude=/usr/share/man/*',
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
]);
