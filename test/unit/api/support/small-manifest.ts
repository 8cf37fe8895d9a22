import { stringify } from 'yaml';
import { apiVersionOf, isKind, type Kind } from '../../../../api/kinds.ts';
import { isMap } from '../../../../api/manifest-document.ts';

type Fields = { [key: string]: unknown };

/** Each object has a name of its own. */
const NAMES = {
  Cluster: 'demo',
  DockerCluster: 'demo-infra',
  KubeadmControlPlane: 'demo-cp',
  DockerMachineTemplate: 'demo-machine',
  MachineDeployment: 'demo-md',
  KubeadmConfigTemplate: 'demo-config',
} as const satisfies Partial<Record<Kind, string>>;

type SmallKind = keyof typeof NAMES;
const isSmallKind = (kind: string): kind is SmallKind => isKind(kind) && Object.hasOwn(NAMES, kind);

const refer = (kind: SmallKind) => ({ apiVersion: apiVersionOf(kind), kind, name: NAMES[kind] });

const makeSpecs = (): Readonly<Record<SmallKind, Fields>> => ({
  Cluster: {
    controlPlaneRef: refer('KubeadmControlPlane'),
    infrastructureRef: refer('DockerCluster'),
  },
  DockerCluster: {},
  KubeadmControlPlane: {
    version: 'v1.34.4',
    machineTemplate: { infrastructureRef: refer('DockerMachineTemplate') },
    kubeadmConfigSpec: {},
  },
  DockerMachineTemplate: { template: { spec: {} } },
  MachineDeployment: {
    clusterName: NAMES.Cluster,
    template: {
      spec: {
        clusterName: NAMES.Cluster,
        version: 'v1.33.13',
        bootstrap: { configRef: refer('KubeadmConfigTemplate') },
        infrastructureRef: refer('DockerMachineTemplate'),
      },
    },
  },
  KubeadmConfigTemplate: { template: { spec: {} } },
});

export type Setting = {
  readonly kind: string;
  readonly path: readonly (string | number)[];
  /** undefined: the field is left out. */
  readonly value: unknown;
};

/** The smallest manifest that is valid, in which fields are set. Maps that lead to a field are made. */
export const writeManifest = (...settings: readonly Setting[]): string => {
  const specs = makeSpecs();
  const documents = Object.entries(specs).map(([kind, spec]): Fields => {
    if (!isSmallKind(kind)) throw new Error(`There is no kind ${kind}`);
    return { apiVersion: apiVersionOf(kind), kind, metadata: { name: NAMES[kind] }, spec };
  });
  for (const { kind, path, value } of settings) {
    const document = documents.find((one) => one['kind'] === kind);
    if (document === undefined) throw new Error(`There is no ${kind} in the manifest`);
    setAt(document, path, value);
  }
  return documents.map((document) => stringify(document, { aliasDuplicateObjects: false })).join('---\n');
};

const setAt = (map: Fields, [part, ...rest]: readonly (string | number)[], value: unknown): void => {
  const key = String(part);
  const [next] = rest;
  if (next === undefined) map[key] = value;
  else if (next === 0 && rest.length === 1) map[key] = [value];
  else {
    const inner: Fields = isMap(map[key]) ? { ...map[key] } : {};
    setAt(inner, rest, value);
    map[key] = inner;
  }
};
