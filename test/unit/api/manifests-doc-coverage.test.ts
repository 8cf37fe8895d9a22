import { describe, expect, test } from 'vitest';
import { isMap } from '../../../api/manifest-document.ts';
import type { Kind } from '../../../api/kinds.ts';
import { clusterSchema } from '../../../api/schema/cluster.ts';
import { dockerClusterSchema, dockerMachineTemplateSchema } from '../../../api/schema/docker.ts';
import { kubeadmControlPlaneSchema } from '../../../api/schema/kubeadm-control-plane.ts';
import { kubeadmConfigTemplateSchema, machineDeploymentSchema } from '../../../api/schema/machine-deployment.ts';
import { listFields, readValue, rowsOf } from './support/manifest-page.ts';
import { listSchemaFields } from './support/schema-fields.ts';

/** In v1beta1; what differs in v1beta2 has tables of its own, and the Dev kinds have the fields of the Docker kinds. */
const SCHEMAS: Readonly<Partial<Record<Kind, unknown>>> = {
  Cluster: clusterSchema,
  DockerCluster: dockerClusterSchema,
  KubeadmControlPlane: kubeadmControlPlaneSchema,
  DockerMachineTemplate: dockerMachineTemplateSchema,
  MachineDeployment: machineDeploymentSchema,
  KubeadmConfigTemplate: kubeadmConfigTemplateSchema,
};

/** Described in prose. */
const IN_PROSE = new Set(['apiVersion', 'kind', 'metadata.name', 'metadata.namespace']);

/** Every path that a value at a path sets, "spec.files[].path". */
const listPaths = (value: unknown, path: string): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => listPaths(item, `${path}[]`));
  return isMap(value) ? Object.entries(value).flatMap(([key, inner]) => listPaths(inner, `${path}.${key}`)) : [path];
};

const joinPath = (path: readonly (string | number)[]): string =>
  path.map((part, index) => (typeof part === 'number' ? '[]' : index === 0 ? part : `.${part}`)).join('');

const describedOf = (kind: string): readonly string[] => {
  const rows = ['honoured', 'agrees', 'warned', 'refused'].flatMap(listFields).filter((row) => row.kind === kind);
  return rows.flatMap(({ path, cells }) => listPaths(readValue(cells[1]), joinPath(path)));
};

const isBelow = (path: string, parent: string): boolean =>
  path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);

describe('docs/manifests.md leaves out no field that the code knows', () => {
  test.for(Object.entries(SCHEMAS))('%s', ([kind, schema]) => {
    const described = describedOf(kind);
    const references = rowsOf('references').filter(([from]) => from === kind).map(([, field = '']) => field);
    const missing = listSchemaFields(schema).filter(
      (field) =>
        !IN_PROSE.has(field) &&
        // In prose, and tried in secret-sources.test.ts and kubeadm-settings.test.ts.
        !/\.(contentFrom|passwdFrom)\.secret\.|initConfiguration\.patches/.test(field) &&
        !references.some((reference) => isBelow(field, reference)) &&
        !described.some((path) => path === field || isBelow(path, field)),
    );
    expect(missing).toEqual([]);
  });
});
