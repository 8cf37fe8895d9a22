import { INFRASTRUCTURE_CLUSTERS, MACHINE_TEMPLATES } from '../kinds.ts';
import { isMap, problemAt, valueAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import type { Resource } from '../read-resources.ts';

type Backend = 'docker' | 'inMemory';

/** A cluster's machines are all of one kind: real ones and simulated ones cannot reach each other. */
export const checkBackends = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const cluster = resources.find(({ kind }) => INFRASTRUCTURE_CLUSTERS.some((one) => one === kind));
  if (cluster === undefined) return [];
  const expected = backendOf(cluster, ['spec', 'backend']);
  return resources
    .filter(({ kind }) => MACHINE_TEMPLATES.some((one) => one === kind))
    .flatMap((template) => {
      const path: Path = ['spec', 'template', 'spec', 'backend'];
      const found = backendOf(template, path);
      if (found === expected) return [];
      return [
        problemAt(template.document, template.kind === 'DevMachineTemplate' ? [...path, found] : ['kind'], {
          message: `its machines are ${describe(found)}, but ${cluster.kind} ${cluster.name} says ${describe(expected)}`,
          expected: 'use one backend for the whole cluster',
        }),
      ];
    });
};

const backendOf = ({ document }: Resource, path: Path): Backend => {
  const backend = valueAt(document, path);
  return isMap(backend) && backend['inMemory'] !== undefined && backend['inMemory'] !== null ? 'inMemory' : 'docker';
};

const describe = (backend: Backend): string => (backend === 'docker' ? 'Docker containers' : 'in memory');
