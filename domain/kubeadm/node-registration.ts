import type { ExtraArgs, MachineTaint, NodeRegistration, Taint } from '../../api/desired-cluster.ts';
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

export function nodeRegistration(request: {
  readonly machine: Machine;
  readonly registration: NodeRegistration;
  /** Of the Machine: its Node has them before anything can be placed there. */
  readonly machineTaints?: readonly MachineTaint[];
}) {
  const { machine, registration, machineTaints = [] } = request;
  const taints = mergeTaints(machine, registration.taints, machineTaints);
  return {
    name: machine.name,
    criSocket,
    imagePullPolicy: registration.imagePullPolicy ?? 'IfNotPresent',
    ...(registration.imagePullSerial === undefined ? {} : { imagePullSerial: registration.imagePullSerial }),
    kubeletExtraArgs: extraArgs({ 'node-ip': machine.address }, registration.kubeletExtraArgs, zoneLabel(machine, registration)),
    ignorePreflightErrors: [...new Set([...containerPreflightErrors, ...registration.ignorePreflightErrors])].toSorted(),
    ...(taints === undefined ? {} : { taints }),
  };
}

/** A Machine's failure domain is its Node's zone, as a cloud would say it; what the manifest says itself comes first. */
function zoneLabel({ failureDomain }: Machine, { kubeletExtraArgs }: NodeRegistration): ExtraArgs {
  if (failureDomain === undefined) return {};
  const written = [kubeletExtraArgs['node-labels'] ?? []].flat();
  const isNamed = written.some((labels) => labels.split(',').some((label) => label.startsWith(`${zone}=`)));
  return isNamed ? {} : { 'node-labels': [...written, `${zone}=${failureDomain}`].join(',') };
}

const zone = 'topology.kubernetes.io/zone';

/** kubeadm's own taint of control planes stands only where no list is given, so a list must name it. */
const controlPlaneTaint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' } as const;

function mergeTaints(
  { role }: Machine,
  registered: readonly Taint[] | undefined,
  ofMachine: readonly MachineTaint[],
): readonly Taint[] | undefined {
  if (ofMachine.length === 0) return registered;
  const own = ofMachine.map(({ key, value, effect }): Taint => ({ key, ...(value === undefined ? {} : { value }), effect }));
  const isOwn = (taint: Taint): boolean => own.some(({ key, effect }) => key === taint.key && effect === taint.effect);
  const before = registered ?? (role === 'control-plane' ? [controlPlaneTaint] : []);
  return [...before.filter((taint) => !isOwn(taint)), ...own];
}
