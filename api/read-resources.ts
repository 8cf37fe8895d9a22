import type { z } from 'zod';
import { apiVersionOf, findReplacement, isForWorkloads, isKind, KIND_NAMES, KINDS, type Kind } from './kinds.ts';
import { isMap, problemAt, valueAt, type ManifestDocument } from './manifest-document.ts';
import type { ManifestProblem } from './manifest-problem.ts';
import { clusterSchema } from './schema/cluster.ts';
import { dockerClusterSchema, dockerMachineTemplateSchema } from './schema/docker.ts';
import { toProblems } from './schema/issues.ts';
import { kubeadmControlPlaneSchema } from './schema/kubeadm-control-plane.ts';
import { kubeadmConfigTemplateSchema, machineDeploymentSchema } from './schema/machine-deployment.ts';
import { showKey } from './validation/hidden.ts';
import { findNearest } from './validation/suggestions.ts';
import type { Wrong } from './validation/wrong.ts';

const SCHEMAS = {
  Cluster: clusterSchema,
  DockerCluster: dockerClusterSchema,
  KubeadmControlPlane: kubeadmControlPlaneSchema,
  DockerMachineTemplate: dockerMachineTemplateSchema,
  MachineDeployment: machineDeploymentSchema,
  KubeadmConfigTemplate: kubeadmConfigTemplateSchema,
} satisfies Record<Kind, z.ZodType>;

type Manifests = { readonly [K in Kind]: z.output<(typeof SCHEMAS)[K]> };

/** A document of a known kind. `manifest` is undefined when its shape is wrong; its name and references may still be read. */
export type Resource<K extends Kind = Kind> = {
  readonly kind: K;
  readonly name: string;
  readonly namespace: string;
  readonly document: ManifestDocument;
  readonly manifest: Manifests[K] | undefined;
};

export const isOfKind = <K extends Kind>(resource: Resource, kind: K): resource is Resource<K> =>
  resource.kind === kind;

export const ofKind = <K extends Kind>(resources: readonly Resource[], kind: K): readonly Resource<K>[] =>
  resources.filter((resource): resource is Resource<K> => isOfKind(resource, kind));

type Read = {
  readonly resources: readonly Resource[];
  readonly problems: readonly ManifestProblem[];
  /** Whether there is a document whose kind nobody can tell: then a missing reference may well be there. */
  readonly hasUnreadable: boolean;
};

/** Sorts documents by kind and checks the shape of each. */
export const readResources = (documents: readonly ManifestDocument[]): Read => {
  const [resources, problems]: [Resource[], ManifestProblem[]] = [[], []];
  let hasUnreadable = false;
  for (const document of documents) {
    const { kind, wrong } = identify(document);
    if (wrong !== undefined) problems.push(problemAt(document, wrong.path, wrong));
    if (kind === undefined) {
      hasUnreadable ||= wrong?.isDoubtful === true;
      continue;
    }
    const parsed = wrong === undefined ? SCHEMAS[kind].safeParse(document.value) : undefined;
    problems.push(...(parsed?.error?.issues ?? []).flatMap((issue) => toProblems(document, issue)));
    resources.push({ kind, ...readIdentity(document), document, manifest: parsed?.data });
  }
  return { resources, problems, hasUnreadable };
};

const readIdentity = (document: ManifestDocument): { readonly name: string; readonly namespace: string } => {
  const metadata = valueAt(document, ['metadata']);
  const { name, namespace } = isMap(metadata) ? metadata : {};
  return {
    name: typeof name === 'string' ? name : '',
    // As kubectl does for an object without a namespace.
    namespace: typeof namespace === 'string' ? namespace : 'default',
  };
};

type Identity = {
  readonly kind?: Kind;
  readonly wrong?: Wrong & { readonly path: readonly string[]; readonly isDoubtful?: boolean };
};

const identify = (document: ManifestDocument): Identity => {
  const [kind, apiVersion] = [document.value['kind'], document.value['apiVersion']];
  if (typeof kind !== 'string' || kind === '') {
    return {
      wrong: {
        path: ['kind'],
        isDoubtful: true,
        reason: 'Required value',
        message: 'is missing',
        expected: `use one of ${KIND_NAMES.join(', ')}`,
      },
    };
  }
  const [group = '', version = ''] = typeof apiVersion === 'string' ? apiVersion.split('/') : [];
  if (!isKind(kind)) {
    const instead = findReplacement({ kind, group });
    const nearest = findNearest(kind, KIND_NAMES);
    const other = isForWorkloads(typeof apiVersion === 'string' ? apiVersion : '')
      ? 'leave it out, and apply it to the created cluster with kubectl'
      : `use one of ${KIND_NAMES.join(', ')}`;
    const expected = instead ?? (nearest === undefined ? other : `did you mean ${nearest}?`);
    const isDoubtful = instead === undefined && nearest !== undefined;
    return {
      wrong: {
        path: ['kind'],
        isDoubtful,
        reason: 'Unsupported value',
        message: `Slipway does not read the kind ${showKey([], kind)}`,
        expected,
      },
    };
  }
  if (apiVersion === apiVersionOf(kind)) return { kind };
  return { kind, wrong: { path: ['apiVersion'], ...describeVersion(kind, group, version) } };
};

const describeVersion = (kind: Kind, group: string, version: string): Wrong => {
  const expected = `use "${apiVersionOf(kind)}"`;
  if (group === '') return { reason: 'Required value', message: 'is missing', expected };
  if (group !== KINDS[kind])
    return { reason: 'Unsupported value', message: `is not the API group of ${kind}`, expected };
  if (version === 'v1beta2') {
    return {
      reason: 'Unsupported value',
      message: 'v1beta2 is not read yet',
      expected: `${expected}, in which fields have other names`,
    };
  }
  const message = /^v1alpha[1-4]$/.test(version)
    ? `${version} is no longer served by Cluster API`
    : `is not a version of ${kind}`;
  return { reason: 'Unsupported value', message, expected };
};
