import type { NodeRegistration } from '../../api/desired-cluster.ts';
import type { Machine } from '../machine.ts';
import { extraArgs } from './extra-args.ts';

export const criSocket = 'unix:///run/containerd/containerd.sock';

/**
 * Checks of kubeadm that a container fails by its nature: it shares the host's kernel, memory and
 * swap, and its kernel configuration cannot be read. Everything else is still checked.
 */
const containerPreflightErrors = [
  'FileContent--proc-sys-net-bridge-bridge-nf-call-iptables',
  'Mem',
  'NumCPU',
  'Swap',
  'SystemVerification',
];

export function nodeRegistration(machine: Machine, registration: NodeRegistration) {
  return {
    name: machine.name,
    criSocket,
    imagePullPolicy: 'IfNotPresent',
    kubeletExtraArgs: extraArgs({ 'node-ip': machine.address }, registration.kubeletExtraArgs),
    ignorePreflightErrors: [...new Set([...containerPreflightErrors, ...registration.ignorePreflightErrors])].toSorted(),
    ...(registration.taints === undefined ? {} : { taints: registration.taints }),
  };
}
