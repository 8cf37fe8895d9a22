import { expect } from 'vitest';
import { installationObjects, readInside } from './docker.ts';
import { listEtcdMembers, listKubeadmRuns } from './inside-machine.ts';
import type { Installation } from './installation.ts';
import { getNodes, isReady, kubectlFor, type Kubectl } from './kubectl.ts';
import { openInstallationStore } from './store.ts';
import { getCluster, getMachines, type MachineView } from './views.ts';

export type SoundCluster = { readonly uid: string; readonly machines: readonly MachineView[]; readonly kubectl: Kubectl };

/**
 * All that must be true of a cluster at rest, however rough its way there was: no object twice, one CA,
 * kubeadm run once for each Machine, etcd's members exactly the control plane, all Nodes Ready.
 */
export async function expectSound(installation: Installation, cluster: string): Promise<SoundCluster> {
  const { uid, phase, operation, installation: label } = await getCluster(installation, cluster);
  expect([phase, operation?.phase]).toEqual(['Provisioned', 'Succeeded']);
  const machines = await getMachines(installation, cluster);
  expect(machines.map((machine) => machine.phase)).toEqual(machines.map(() => 'Running'));
  const names = machines.map(({ name }) => name);

  // A cluster that was taken over keeps the labels that it was made with.
  const objects = await installationObjects(label);
  expect(objects.containers.filter((name) => name.startsWith(`${cluster}-`))).toEqual([...names, `${cluster}-lb`].toSorted());
  expect(objects.networks.filter((name) => name === `slipway-${cluster}`)).toHaveLength(1);

  const { secrets } = await openInstallationStore(installation);
  const { ca } = await secrets.loadPki(uid);
  for (const name of names) expect(await readInside(name, 'cat /etc/kubernetes/pki/ca.crt')).toBe(ca.certificatePem.trim());

  const runs = await Promise.all(names.map((name) => listKubeadmRuns(name)));
  expect(runs.flat().filter(({ verdict }) => verdict !== 'succeeded')).toEqual([]);
  const ran = runs.map((run) => run.map(({ operation: name }) => name).filter((name) => !forTheCluster.test(name)).toSorted().join(' '));
  expect(ran).toEqual(machines.map(({ role }, index) => kubeadmRuns(role, ran[index])));
  // The Machine that it was run on may have gone since.
  expect(ran.filter((run) => firstRuns.includes(run)).length).toBeLessThanOrEqual(1);

  await expectMembers(machines);
  const kubectl = await kubectlFor(installation, cluster);
  const nodes = await getNodes(kubectl);
  expect(nodes.map(({ metadata }) => metadata.name).toSorted()).toEqual(names.toSorted());
  expect(nodes.filter((node) => !isReady(node))).toEqual([]);
  return { uid, machines, kubectl };
}

/** Of the Machine that a cluster began with, or began again with. */
const firstRuns: readonly string[] = ['kubeadm-init', 'kubeadm-restore'];
/** What one Machine's kubeadm did for all of them, on an upgrade. */
const forTheCluster = /^kubeadm-(upload-config|addons)-\d+$/;

/** What kubeadm was run for on a Machine, each once; a control plane joins in three runs. */
function kubeadmRuns(role: MachineView['role'], ran = ''): string {
  if (role === 'worker') return 'kubeadm-join';
  return firstRuns.includes(ran) ? ran : 'kubeadm-join-etcd kubeadm-join-prepare kubeadm-join-serve';
}

/** Voters are exactly the control-plane Machines, and nobody is a learner. */
export async function expectMembers(machines: readonly MachineView[]): Promise<void> {
  const controlPlane = machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  const members = await listEtcdMembers(controlPlane[0] ?? '');
  expect(members.map(({ name }) => name).toSorted()).toEqual(controlPlane.toSorted());
  expect(members.filter(({ learner }) => learner)).toEqual([]);
}

/** Nothing of a cluster is left: no container, network, volume, secret, claim or open workflow. */
export async function expectGone(installation: Installation, cluster: string): Promise<void> {
  const { containers, networks } = await installationObjects(await installation.storeId());
  expect(containers.filter((name) => name.startsWith(`${cluster}-`))).toEqual([]);
  expect(networks.filter((name) => name === `slipway-${cluster}`)).toEqual([]);
  const again = await installation.run(['describe', 'cluster', cluster]);
  expect([again.code, again.stdout]).toEqual([11, '']);
}
