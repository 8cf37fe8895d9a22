import { findVersion, isKind, KIND_NAMES, type Kind, type Version } from './kinds.ts';
import { isMap, problemAt, valueAt, type ManifestDocument } from './manifest-document.ts';
import type { ManifestProblem } from './manifest-problem.ts';
import { schemaOf, type Manifests } from './manifests.ts';
import { toProblems } from './schema/issues.ts';
import { findReplacement, isForWorkloads } from './unsupported-kinds.ts';
import { checkApiVersion } from './validation/api-versions.ts';
import { showKey } from './validation/hidden.ts';
import { findNearest } from './validation/suggestions.ts';
import type { Wrong } from './validation/wrong.ts';

/** A document of a known kind. `manifest` is undefined when its shape is wrong; its name and references may still be read. */
export type Resource<K extends Kind = Kind> = {
  readonly kind: K;
  /** undefined: the document names one that is not read. */
  readonly version?: Version;
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
    const { kind, version, wrong } = identify(document);
    if (wrong !== undefined) problems.push(problemAt(document, wrong.path, wrong));
    if (kind === undefined) {
      hasUnreadable ||= wrong?.isDoubtful === true;
      continue;
    }
    const parsed = version === undefined ? undefined : schemaOf(kind, version).safeParse(document.value);
    problems.push(...(parsed?.error?.issues ?? []).flatMap((issue) => toProblems(document, issue)));
    const written = version === undefined ? {} : { version };
    resources.push({ kind, ...written, ...readIdentity(document), document, manifest: parsed?.data });
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
  /** undefined: the kind is not read in the version that the document names. */
  readonly version?: Version;
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
  if (!isKind(kind)) {
    const [group = ''] = typeof apiVersion === 'string' ? apiVersion.split('/') : [];
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
  const wrong = checkApiVersion(kind, apiVersion);
  if (wrong !== undefined) return { kind, wrong: { path: ['apiVersion'], ...wrong } };
  const version = findVersion(kind, apiVersion);
  return { kind, ...(version === undefined ? {} : { version }) };
};
