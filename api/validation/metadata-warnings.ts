import { APPROVE_BEFORE_ANNOTATION } from '../approval-gates.ts';
import { textsAt, type Path } from '../manifest-document.ts';
import { NETWORK_ADDON_ANNOTATION } from '../network-addon.ts';
import type { Resource } from '../read-resources.ts';
import { notUsed, type Warning } from './warning.ts';
import type { Wrong } from './wrong.ts';

const TEMPLATES: ReadonlySet<Resource['kind']> = new Set<Resource['kind']>([
  'DockerCluster',
  'DevCluster',
  'DockerMachineTemplate',
  'DevMachineTemplate',
  'KubeadmConfigTemplate',
  'ClusterResourceSet',
  'ConfigMap',
  'Secret',
]);
/** Every object of a cluster may carry it; it says what the references say. */
const CLUSTER_LABEL = 'cluster.x-k8s.io/cluster-name';

/** Slipway's own, by the kind that they are read of. */
const OWN_ANNOTATIONS: Readonly<Partial<Record<Resource['kind'], readonly string[]>>> = {
  Cluster: [APPROVE_BEFORE_ANNOTATION, NETWORK_ADDON_ANNOTATION],
};

/** A gate that is misspelt would stand open. */
const judgeAnnotation = (kind: Resource['kind'], key: string): Wrong | undefined => {
  if (/(^|\.)cluster\.x-k8s\.io\//.test(key)) return notUsed("annotations that steer Cluster API's controllers have no effect");
  if (!key.startsWith('slipway.dev/') || OWN_ANNOTATIONS[kind]?.includes(key)) return undefined;
  const [place] = Object.entries(OWN_ANNOTATIONS).find(([, known]) => known.includes(key)) ?? [];
  if (place !== undefined) return notUsed(`Slipway reads this annotation of a ${place}`, `put it on the ${place}`);
  const names = OWN_ANNOTATIONS[kind] ?? [];
  return notUsed('Slipway has no annotation of this name here', names.length === 0 ? 'leave it out' : `use ${names.join(' or ')}`);
};

/** Labels and annotations that nobody reads. */
export const findIgnoredMetadata = ({ kind, document }: Resource): readonly Warning[] => {
  if (!TEMPLATES.has(kind)) {
    return Object.keys(textsAt(document, ['metadata', 'annotations'])).flatMap((key) => {
      const wrong = judgeAnnotation(kind, key);
      return wrong === undefined ? [] : [{ path: ['metadata', 'annotations', key], wrong }];
    });
  }
  const paths: readonly Path[] = [['metadata'], ['spec', 'template', 'metadata']].flatMap((meta) => [
    [...meta, 'labels'],
    [...meta, 'annotations'],
  ]);
  return paths
    .filter((path) => Object.keys(textsAt(document, path)).some((key) => key !== CLUSTER_LABEL))
    .map((path) => ({
      path,
      wrong: notUsed(`${path.at(-1)} of a ${kind} have no effect`, 'put them on the Cluster or on a Machine template'),
    }));
};
