import { Document, visit } from 'yaml';
import { DEFAULT_NETWORK } from './defaults.ts';
import { FORMS, type ClusterKind, type Fields } from './generated-forms.ts';
import { apiVersionOf } from './kinds.ts';
import { parseManifest } from './parse-manifest.ts';
import { describeProblem, type ManifestProblem } from './manifest-problem.ts';

export type GenerateOptions = {
  readonly name: string;
  /** "v1.34.4" */
  readonly kubernetesVersion: string;
  readonly controlPlaneMachineCount: number;
  readonly workerMachineCount: number;
  /** "default" unless set. */
  readonly namespace?: string;
  /** Of Cluster API's kinds; v1beta2 unless set, as the templates of its releases since v1.11 have it. */
  readonly apiVersion?: 'v1beta1' | 'v1beta2';
};

/** The options would make a manifest that is not valid; each problem names the field that an option ends up in. */
export class InvalidGenerateOptionsError extends Error {
  override readonly name = 'InvalidGenerateOptionsError';
  readonly problems: readonly ManifestProblem[];

  constructor(problems: readonly ManifestProblem[]) {
    super(`No manifest can be generated from these options:\n${problems.map(describeProblem).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * A manifest as `clusterctl generate cluster` prints one for the Docker provider: documents with their fields in
 * alphabetical order, the same text for the same options.
 * @throws InvalidGenerateOptionsError
 */
export const generateManifest = (options: GenerateOptions): string => {
  const text = makeDocuments(options).map(printDocument).join('---\n');
  const parsed = parseManifest(text, { source: 'generated' });
  if (!parsed.ok) throw new InvalidGenerateOptionsError(selectOwn(parsed.problems));
  return text;
};

/** The fields that options are written to as they are. The others, made of them, repeat what is wrong with these. */
const OWN_FIELDS = new Set(['metadata.name', 'metadata.namespace', 'spec.replicas', 'spec.version']);

/** One problem a field; the control plane and the workers have a number each. */
const selectOwn = (problems: readonly ManifestProblem[]): readonly ManifestProblem[] => {
  const found = new Map<string, ManifestProblem>();
  for (const problem of problems.filter(({ path }) => OWN_FIELDS.has(path))) {
    const field = problem.path === 'spec.replicas' ? `${problem.kind} ${problem.path}` : problem.path;
    if (!found.has(field)) found.set(field, problem);
  }
  return found.size === 0 ? problems : [...found.values()];
};

/** The networks of clusterctl's own template. */
const NETWORK = {
  pods: { cidrBlocks: [DEFAULT_NETWORK.podCIDR] },
  serviceDomain: DEFAULT_NETWORK.serviceDomain,
  services: { cidrBlocks: ['10.128.0.0/12'] },
};

const makeDocuments = (options: GenerateOptions): readonly Fields[] => {
  const { name, kubernetesVersion: version, controlPlaneMachineCount, workerMachineCount } = options;
  const { apiVersion = 'v1beta2', namespace = 'default' } = options;
  const form = FORMS[apiVersion];
  const [controlPlane, workers] = [`${name}-control-plane`, `${name}-md-0`];
  const make = (kind: ClusterKind, ownName: string, spec?: Fields): Fields => ({
    apiVersion: apiVersionOf(kind, apiVersion),
    kind,
    metadata: { name: ownName, namespace },
    ...(spec === undefined ? {} : { spec }),
  });
  const refer = (kind: ClusterKind, target: string): Fields => form.refer({ kind, name: target, namespace });
  const { infrastructureCluster, machineTemplate } = form;
  return [
    make('Cluster', name, {
      clusterNetwork: NETWORK,
      controlPlaneRef: refer('KubeadmControlPlane', controlPlane),
      infrastructureRef: refer(infrastructureCluster, name),
    }),
    make(infrastructureCluster, name, form.infrastructureSpec),
    make(machineTemplate, controlPlane, form.machineSpec),
    make('KubeadmControlPlane', controlPlane, {
      kubeadmConfigSpec: {
        clusterConfiguration: { apiServer: { certSANs: ['localhost', '127.0.0.1', '0.0.0.0'] } },
        ...form.initAndJoin,
      },
      machineTemplate: form.wrapMachine({ infrastructureRef: refer(machineTemplate, controlPlane) }),
      replicas: controlPlaneMachineCount,
      version,
    }),
    make(machineTemplate, workers, form.machineSpec),
    make('KubeadmConfigTemplate', workers, form.joinSpec),
    make('MachineDeployment', workers, {
      clusterName: name,
      replicas: workerMachineCount,
      selector: { matchLabels: null },
      template: {
        spec: {
          bootstrap: { configRef: refer('KubeadmConfigTemplate', workers) },
          clusterName: name,
          infrastructureRef: refer(machineTemplate, workers),
          version,
        },
      },
    }),
  ];
};

const printDocument = (fields: Fields): string => {
  // Options go through as values, never as text: a name cannot bring YAML of its own.
  const document = new Document(fields, { sortMapEntries: true, aliasDuplicateObjects: false });
  visit(document, {
    Map: (_key, map) => {
      map.flow = map.items.length === 0;
    },
  });
  return document.toString({ indentSeq: false, lineWidth: 0 });
};
