import { parseVersion } from '../../api/validation/versions.ts';
import type { SimulatedCluster, SimulatedMachine } from './state.ts';

/** etcd comes with the minor version of Kubernetes: the patch releases are those that Slipway's real machines have. */
const etcdReleases = { before34: '3.5.35', from34: '3.6.5' } as const;

export function etcdVersionFor(kubernetes: string): string {
  return minorOf(kubernetes) < 34 ? etcdReleases.before34 : etcdReleases.from34;
}

/** 0 of what is no version: a customImage may be anything. */
function minorOf(kubernetes: string): number {
  return parseVersion(kubernetes)?.minor ?? 0;
}

/** kubeadm reads configurations of its own minor version, of the one before, and of later ones (docs/upgrade-facts.md). */
export function refusedConfiguration(kubeadm: string, configuration: string): string | undefined {
  const oldest = minorOf(kubeadm) - 1;
  if (minorOf(configuration) >= oldest) return undefined;
  return `this version of kubeadm only supports deploying clusters with the control plane version >= 1.${oldest}.0. Current version: ${configuration}`;
}

/** What keeps a Machine from joining for its version, in kubeadm's words. */
export function versionProblem({ uploadedVersion }: SimulatedCluster, { role, version }: SimulatedMachine): string | undefined {
  if (uploadedVersion === undefined) return undefined;
  const refused = refusedConfiguration(version, uploadedVersion);
  if (refused !== undefined) return `unable to fetch the kubeadm-config ConfigMap: ${refused}`;
  // A control plane runs the images of the uploaded version, and has those of its own; there is no registry.
  if (role === 'worker' || version === uploadedVersion) return undefined;
  return `[ERROR ImagePull]: failed to pull image registry.k8s.io/kube-apiserver:${uploadedVersion}`;
}

/** Control planes that keep kubeadm from upgrading the add-ons: their API servers are of another version. */
export function notUpgraded(cluster: SimulatedCluster, version: string): readonly string[] {
  const others = cluster.nodes.filter((node) => 'node-role.kubernetes.io/control-plane' in node.labels && node.version !== version);
  return others.map(({ name }) => name);
}
