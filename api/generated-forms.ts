import { apiVersionOf, KINDS, type Kind } from './kinds.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type ClusterKind = Exclude<Kind, 'ConfigMap' | 'Secret'>;

type Target = { readonly kind: ClusterKind; readonly name: string; readonly namespace: string };

/** What differs between the versions in a generated manifest. */
type Form = {
  readonly infrastructureCluster: ClusterKind;
  readonly machineTemplate: ClusterKind;
  readonly infrastructureSpec?: Fields;
  readonly machineSpec: Fields;
  /** Of a control plane: the rest of its kubeadmConfigSpec. */
  readonly initAndJoin: Fields;
  /** Of workers: the spec of their KubeadmConfigTemplate. */
  readonly joinSpec?: Fields;
  readonly refer: (target: Target) => Fields;
  readonly wrapMachine: (machine: Fields) => Fields;
};

const NODE_REGISTRATION = { nodeRegistration: {} };

/** As Cluster API's own templates for Docker are written: v1beta1 with the Docker kinds, v1beta2 with the Dev kinds. */
export const FORMS: Readonly<Record<'v1beta1' | 'v1beta2', Form>> = {
  v1beta1: {
    infrastructureCluster: 'DockerCluster',
    machineTemplate: 'DockerMachineTemplate',
    machineSpec: { template: { spec: {} } },
    initAndJoin: { initConfiguration: NODE_REGISTRATION, joinConfiguration: NODE_REGISTRATION },
    joinSpec: { template: { spec: { joinConfiguration: NODE_REGISTRATION } } },
    refer: ({ kind, name, namespace }) => ({ apiVersion: apiVersionOf(kind), kind, name, namespace }),
    wrapMachine: (machine) => machine,
  },
  // Maps without a field are not valid in v1beta2, except where they are the answer.
  v1beta2: {
    infrastructureCluster: 'DevCluster',
    machineTemplate: 'DevMachineTemplate',
    infrastructureSpec: { backend: { docker: {} } },
    machineSpec: { template: { spec: { backend: { docker: {} } } } },
    initAndJoin: {},
    refer: ({ kind, name }) => ({ apiGroup: KINDS[kind].group, kind, name }),
    wrapMachine: (machine) => ({ spec: machine }),
  },
};
