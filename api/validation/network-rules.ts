import { DEFAULT_NETWORK } from '../defaults.ts';
import { argumentsAt, numberAt, problemAt, textAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { ofKind, type Resource } from '../read-resources.ts';
import { readNodeMask } from './arguments.ts';
import { countMachines } from './machine-rules.ts';
import { checkPodNetworkSize, checkServiceNetworkSize, overlaps, parseNetwork } from './networks.ts';
import type { Wrong } from './wrong.ts';

const PODS: Path = ['spec', 'clusterNetwork', 'pods', 'cidrBlocks', 0];
const SERVICES: Path = ['spec', 'clusterNetwork', 'services', 'cidrBlocks', 0];
const PORT: Path = ['spec', 'clusterNetwork', 'apiServerPort'];
const MANAGER_ARGUMENTS: Path = ['spec', 'kubeadmConfigSpec', 'clusterConfiguration', 'controllerManager', 'extraArgs'];

/** Ports that other processes of a control-plane machine listen on. */
const TAKEN_PORTS = new Map([
  [22, 'sshd'],
  [2379, 'etcd'],
  [2380, 'etcd'],
  [2381, 'etcd'],
  [10_248, 'the kubelet'],
  [10_249, 'kube-proxy'],
  [10_250, 'the kubelet'],
  [10_256, 'kube-proxy'],
  [10_257, 'kube-controller-manager'],
  [10_259, 'kube-scheduler'],
]);

/** What a cluster's networks must be beside well-formed: large enough, not too large, and apart from each other. */
export const checkNetworkRules = (resources: readonly Resource[]): readonly ManifestProblem[] =>
  ofKind(resources, 'Cluster').flatMap(({ document }) => {
    const at = (path: Path, wrong: Wrong | undefined) =>
      wrong === undefined ? [] : [problemAt(document, path, wrong)];
    const podText = textAt(document, PODS) ?? DEFAULT_NETWORK.podCIDR;
    const [pods, services] = [
      parseNetwork(podText),
      parseNetwork(textAt(document, SERVICES) ?? DEFAULT_NETWORK.serviceCIDR),
    ];
    const [controlPlane] = ofKind(resources, 'KubeadmControlPlane');
    const managerArguments = controlPlane === undefined ? [] : argumentsAt(controlPlane.document, MANAGER_ARGUMENTS);
    // Of a number that is given twice the last one counts.
    const nodeMask = readNodeMask(Object.fromEntries(managerArguments.map(({ name, value }) => [name, value])));
    const machines = countMachines(resources);
    return [
      ...at(PODS, pods && checkPodNetworkSize({ network: pods, nodeMask, machines })),
      ...at(SERVICES, services && checkServiceNetworkSize(services)),
      ...at(SERVICES, pods && services && overlaps(pods, services) ? describeOverlap(podText) : undefined),
      ...at(PORT, describePort(numberAt(document, PORT))),
    ];
  });

const describeOverlap = (pods: string): Wrong => ({
  message: `overlaps the pod network ${pods}: Services would not be reachable, and kubeadm does not check it`,
  expected: 'use networks that have no address in common',
});

const describePort = (port: number | undefined): Wrong | undefined => {
  const owner = port === undefined ? undefined : TAKEN_PORTS.get(port);
  return owner === undefined
    ? undefined
    : { message: `${owner} listens on this port of each machine`, expected: 'use another port, such as 6443' };
};
