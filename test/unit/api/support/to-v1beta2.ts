import { parseAllDocuments, stringify } from 'yaml';
import { isMap } from '../../../../api/manifest-document.ts';
import type { Setting } from './small-manifest.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A manifest of v1beta1 as Cluster API converts it to v1beta2, written down by hand from its conversion functions, so
 * that what the product reads is compared with something other than itself. Fields that v1beta2 lacks stay as they are.
 */
export const toV1Beta2 = (text: string, { isDev = false }: { readonly isDev?: boolean } = {}): string =>
  write(read(text).map((document) => (isDev ? toDev(convert(document)) : convert(document))));

/** The Dev kinds in place of the Docker kinds, in either version. */
export const toDevKinds = (text: string): string => write(read(text).map(toDev));

const read = (text: string): readonly Fields[] =>
  parseAllDocuments(text)
    .map((document) => mapOf(document.toJS()))
    .filter((document) => Object.keys(document).length > 0);

const write = (documents: readonly Fields[]): string =>
  documents.map((document) => stringify(document, { aliasDuplicateObjects: false })).join('---\n');

/** A manifest in which one field is set, whatever version it is written in. */
export const withField = (text: string, { kind, path, value }: Setting): string =>
  parseAllDocuments(text)
    .map((document) => {
      if (document.get('kind') === kind) document.setIn(path, value);
      return document.toString();
    })
    .join('---\n')
    .replaceAll('---\n---\n', '---\n');

const mapOf = (value: unknown): Fields => (isMap(value) ? value : {});

/** Moves fields of a map to other places; what is undefined is not there. */
const set = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const setOrNone = (fields: Fields): Fields | undefined => (Object.keys(set(fields)).length === 0 ? undefined : set(fields));

const convert = (document: Fields): Fields => {
  const { apiVersion, spec, ...rest } = document;
  const version = String(apiVersion).replace(/v1beta1$/, 'v1beta2');
  const converted = spec === undefined ? {} : { spec: convertSpec(String(document['kind']), mapOf(convertValues(spec))) };
  return { ...rest, apiVersion: version, ...converted };
};

const convertSpec = (kind: string, spec: Fields): Fields => {
  if (kind === 'KubeadmControlPlane') return convertControlPlane(spec);
  if (kind === 'MachineDeployment') return convertDeployment(spec);
  return kind === 'DockerCluster' ? convertDomains(spec) : spec;
};

/** References and arguments, wherever they stand. */
const convertValues = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(convertValues);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (/^(kubeletE|e)xtraArgs$/.test(key) && isMap(inner)) {
        return [key, Object.entries(inner).map(([name, argument]) => ({ name, value: argument }))];
      }
      if (key.endsWith('Ref') && isMap(inner) && inner['kind'] !== undefined) {
        const { apiVersion, kind, name } = inner;
        return [key, set({ apiGroup: String(apiVersion).split('/')[0], kind, name })];
      }
      return [key, convertValues(inner)];
    }),
  );
};

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const toSeconds = (duration: unknown): unknown => {
  const [, amount, unit = ''] = /^(\d+)([smh])$/.exec(String(duration)) ?? [];
  return amount === undefined ? duration : Number(amount) * (UNITS[unit] ?? 0);
};

const moveTimeouts = ({ nodeDrainTimeout, nodeVolumeDetachTimeout, nodeDeletionTimeout, ...fields }: Fields): Fields =>
  set({
    ...fields,
    deletion: setOrNone({
      nodeDrainTimeoutSeconds: nodeDrainTimeout === undefined ? undefined : toSeconds(nodeDrainTimeout),
      nodeVolumeDetachTimeoutSeconds: nodeVolumeDetachTimeout === undefined ? undefined : toSeconds(nodeVolumeDetachTimeout),
      nodeDeletionTimeoutSeconds: nodeDeletionTimeout === undefined ? undefined : toSeconds(nodeDeletionTimeout),
    }),
  });

const convertControlPlane = (spec: Fields): Fields => {
  const { machineTemplate, kubeadmConfigSpec, rolloutBefore, rolloutAfter, rolloutStrategy, ...rest } = spec;
  const { remediationStrategy, machineNamingStrategy, ...fields } = rest;
  const { metadata, ...machine } = mapOf(machineTemplate);
  return set({
    ...fields,
    machineTemplate: set({ metadata, spec: moveTimeouts(machine) }),
    kubeadmConfigSpec: moveTimeLimit(mapOf(kubeadmConfigSpec)),
    rollout: setOrNone({ before: rolloutBefore, after: rolloutAfter, strategy: rolloutStrategy }),
    remediation: remediationStrategy,
    machineNaming: machineNamingStrategy,
  });
};

const moveTimeLimit = (config: Fields): Fields => {
  const { apiServer, ...configuration } = mapOf(config['clusterConfiguration']);
  const { timeoutForControlPlane, ...server } = mapOf(apiServer);
  if (timeoutForControlPlane === undefined) return config;
  const timeouts = { controlPlaneComponentHealthCheckSeconds: toSeconds(timeoutForControlPlane) };
  return {
    ...config,
    clusterConfiguration: { ...configuration, apiServer: server },
    initConfiguration: { ...mapOf(config['initConfiguration']), timeouts },
  };
};

const convertDeployment = (spec: Fields): Fields => {
  const { strategy, minReadySeconds, rolloutAfter, machineNamingStrategy, template, ...fields } = spec;
  const { rollingUpdate, remediation, ...rollout } = mapOf(strategy);
  const { deletePolicy, ...amounts } = mapOf(rollingUpdate);
  const { metadata, spec: machine } = mapOf(template);
  return set({
    ...fields,
    template: set({ metadata, spec: set({ ...moveTimeouts(mapOf(machine)), minReadySeconds }) }),
    rollout: setOrNone({
      after: rolloutAfter,
      strategy: setOrNone({ ...rollout, rollingUpdate: setOrNone(amounts) }),
    }),
    deletion: setOrNone({ order: deletePolicy }),
    remediation,
    machineNaming: machineNamingStrategy,
  });
};

const convertDomains = ({ failureDomains, ...spec }: Fields): Fields =>
  set({
    ...spec,
    failureDomains: isMap(failureDomains)
      ? Object.entries(failureDomains).map(([name, domain]) => ({ name, ...mapOf(domain) }))
      : failureDomains,
  });

const DEV_KINDS: Readonly<Record<string, string>> = {
  DockerCluster: 'DevCluster',
  DockerMachineTemplate: 'DevMachineTemplate',
};

const toDev = (document: Fields): Fields => {
  const kind = String(document['kind']);
  const renamed = mapOf(renameReferences(document));
  const dev = DEV_KINDS[kind];
  if (dev === undefined) return renamed;
  const spec = mapOf(document['spec']);
  if (kind === 'DockerCluster') return { ...renamed, kind: dev, spec: moveBackend(spec, 'controlPlaneEndpoint') };
  const template = mapOf(spec['template']);
  return {
    ...renamed,
    kind: dev,
    spec: { ...spec, template: { ...template, spec: moveBackend(mapOf(template['spec']), 'providerID') } },
  };
};

/** All fields but one belong to the backend. */
const moveBackend = ({ ...fields }: Fields, outside: string): Fields => {
  const { [outside]: kept, ...docker } = fields;
  return set({ [outside]: kept, backend: { docker } });
};

const renameReferences = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(renameReferences);
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (!key.endsWith('Ref') || !isMap(inner)) return [key, renameReferences(inner)];
      const kind = String(inner['kind']);
      return [key, { ...inner, kind: DEV_KINDS[kind] ?? kind }];
    }),
  );
};
