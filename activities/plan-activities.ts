import { readSealedText } from '../api/sealed-text.ts';
import { mapSecretsAsync } from '../api/secrets.ts';
import type { DesiredCluster, SecretValue } from '../api/desired-cluster.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { Machine } from '../domain/machine.ts';
import type { PlanFacts } from '../domain/plan/plan-facts.ts';
import { askFirstServing } from './etcd/ask-serving.ts';
import { readCertificates } from './kubeadm/read-certificates.ts';
import { apiAccess } from './api-access.ts';
import { createObserver } from './observer.ts';
import { AdmissionRefusedError } from './request-errors.ts';
import type { Bootstrapper } from './seams/bootstrapper.ts';
import type { ClusterLookup } from './seams/cluster-lookup.ts';
import type { EtcdMembers } from './seams/etcd-members.ts';
import type { ClusterScope, MachineProvider } from './seams/machine-provider.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';
import type { SecretBox } from './store/secret-box.ts';

/** Facts are for a decision that is due now: what does not answer in time is Unknown, which means wait. */
const patienceMs = 8000;

/** What must be known before anything is decided. Reads only. */
export function createPlanActivities(deps: {
  readonly clusters: ClusterLookup;
  readonly provider: Pick<MachineProvider, 'checkImage' | 'listMachines'>;
  readonly workload: Pick<WorkloadCluster, 'listNodes' | 'listComponents'>;
  readonly members: Pick<EtcdMembers, 'observe'>;
  readonly bootstrapper: Pick<Bootstrapper, 'certificatesExpireAt'>;
  readonly secrets: Pick<ClusterSecrets, 'referenceTo'>;
  readonly box: Pick<SecretBox, 'unseal'>;
  readonly now: () => number;
}) {
  const { clusters, provider, workload, members, bootstrapper, secrets, box } = deps;
  const observe = createObserver({ now: deps.now, patienceMs });
  return {
    async lookUpCluster(request: { readonly name: string }): Promise<{ readonly state?: ClusterState }> {
      const state = await clusters.find(request.name);
      return state === undefined ? {} : { state };
    },

    /** Everything that choosing Machines and changing membership depends on, looked at side by side. */
    async observePlanFacts(request: ClusterScope & { readonly machines: readonly Machine[]; readonly certificates?: boolean }): Promise<PlanFacts> {
      const { cluster, machines } = request;
      const access = apiAccess(request);
      const [nodes, infrastructure, etcd, components, certificates] = await Promise.all([
        observe((signal) => workload.listNodes(access, signal)),
        observe(async (signal) => (await provider.listMachines(cluster, signal)).map(({ machine, state }) => ({ name: machine, state }))),
        observe((signal) => askFirstServing({ cluster, machines, signal }, (via) => members.observe(via, signal))),
        observe((signal) => workload.listComponents(access, signal)),
        request.certificates === true ? observe((signal) => readCertificates({ bootstrapper, cluster, machines, signal })) : undefined,
      ]);
      return { nodes, infrastructure, etcd, components, ...(certificates === undefined ? {} : { certificates }) };
    },

    /** As admission would make it of the manifest, without keeping anything: secrets become the references that they would get. */
    async previewManifest(request: { readonly desired: DesiredCluster; readonly uid?: string }): Promise<DesiredCluster> {
      const { desired, uid = 'new' } = request;
      const owners = [desired.controlPlane, ...desired.machineDeployments];
      for (const { version, infrastructure } of owners) await provider.checkImage({ version, ...infrastructure });
      return mapSecretsAsync(desired, async (value): Promise<SecretValue> => {
        if ('ref' in value) return value;
        if ('plain' in value) throw new AdmissionRefusedError('a secret of the manifest was sent in plain text; nothing was changed');
        return { ref: secrets.referenceTo(uid, readSealedText(box.unseal(value.sealed, 'manifest'))) };
      });
    },
  };
}
