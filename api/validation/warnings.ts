import { selects } from '../cluster-selector.ts';
import { MACHINE_ARGUMENTS } from '../convert-bootstrap.ts';
import { argumentsAt, isMap, problemAt, valueAt, type ManifestDocument, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { ofKind, type Resource } from '../read-resources.ts';
import { parseDuration } from './durations.ts';
import { isSecretName, looksSecret } from './hidden.ts';
import { findIgnoredMetadata } from './metadata-warnings.ts';
import { findUnusedAmounts } from './rollout-warnings.ts';
import { isSet, notUsed, type Warning } from './warning.ts';
import type { Wrong } from './wrong.ts';

/** What is valid and has no effect here, and what is valid and unwise. Nothing is left out without being named. */
export const findWarnings = (resources: readonly Resource[]): readonly ManifestProblem[] =>
  [...findUnselected(resources), ...resources.flatMap((resource) =>
    [...findUnused(resource), ...findIgnoredMetadata(resource), ...findSecrets(resource)].map(({ path, wrong }) =>
      problemAt(resource.document, path, wrong),
    ),
  )];

/** Sets for other clusters, whose labels this one lacks. */
const findUnselected = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const labels = ofKind(resources, 'Cluster')[0]?.manifest?.metadata.labels ?? {};
  return ofKind(resources, 'ClusterResourceSet')
    .filter(({ manifest }) => manifest !== undefined && !selects(manifest.spec.clusterSelector, labels))
    .map(({ document }) =>
      problemAt(document, ['spec', 'clusterSelector'], notUsed('the Cluster has not the labels that are selected', 'add them to the Cluster, or leave the set out')),
    );
};

const CONFIG_PATHS: Readonly<Partial<Record<Resource['kind'], Path>>> = {
  KubeadmControlPlane: ['spec', 'kubeadmConfigSpec'],
  KubeadmConfigTemplate: ['spec', 'template', 'spec'],
};

const findUnused = ({ kind, document }: Resource): readonly Warning[] => {
  const found: Warning[] = [];
  const look = (path: Path, wrong: Wrong): void => {
    if (isSet(valueAt(document, path))) found.push({ path, wrong });
  };
  if (kind === 'MachineDeployment') return findUnusedAmounts(document);
  const config = CONFIG_PATHS[kind];
  if (config === undefined) return found;
  look([...config, 'ntp'], notUsed('the machines are containers and share the clock of their host'));
  look([...config, 'useExperimentalRetryJoin'], notUsed('Slipway repeats a failed join itself'));
  for (const configuration of ['initConfiguration', 'joinConfiguration']) {
    const written = argumentsAt(document, [...config, configuration, 'nodeRegistration', 'kubeletExtraArgs']);
    const ignored = written.filter(({ name }) => MACHINE_ARGUMENTS.includes(name));
    const wrong = notUsed("the machine's container runtime decides it");
    found.push(...ignored.map(({ path }) => ({ path, wrong })));
  }
  const users = valueAt(document, [...config, 'users']);
  for (const [index, user] of (Array.isArray(users) ? (users as readonly unknown[]) : []).entries()) {
    const field = isMap(user) && user['lockPassword'] === undefined ? ['passwd', 'passwdFrom'].find((name) => isSet(user[name])) : undefined;
    const wrong = notUsed('the password is locked, as by cloud-init', 'set lockPassword: false, or leave it out');
    if (field !== undefined) found.push({ path: [...config, 'users', index, field], wrong });
  }
  found.push(...findLongTimeouts(document, config));
  return found;
};

/** kubeadm's own run is ended after that, whatever it was told. */
const LONGEST_MS = 8 * 60_000;

const findLongTimeouts = (document: ManifestDocument, config: Path): readonly Warning[] => {
  const older: Path = [...config, 'clusterConfiguration', 'apiServer', 'timeoutForControlPlane'];
  const newer = ['initConfiguration', 'joinConfiguration'].flatMap((command): readonly Path[] => {
    const timeouts = valueAt(document, [...config, command, 'timeouts']);
    return Object.keys(isMap(timeouts) ? timeouts : {}).map((name) => [...config, command, 'timeouts', name]);
  });
  return [older, ...newer]
    .filter((path) => {
      const value = valueAt(document, path);
      return (typeof value === 'string' ? (parseDuration(value) ?? 0) : typeof value === 'number' ? value * 1000 : 0) > LONGEST_MS;
    })
    .map((path) => ({ path, wrong: notUsed('Slipway ends a kubeadm that takes longer than 8 minutes, and begins it again', 'use 8 minutes at most') }));
};

const LABELS_AND_ARGUMENTS: readonly Path[] = [
  ['metadata', 'labels'],
  ['metadata', 'annotations'],
  ['spec', 'machineTemplate', 'metadata', 'labels'],
  ['spec', 'machineTemplate', 'metadata', 'annotations'],
  ['spec', 'template', 'metadata', 'labels'],
  ['spec', 'template', 'metadata', 'annotations'],
  ...['apiServer', 'controllerManager', 'scheduler'].map((name) => [
    'spec',
    'kubeadmConfigSpec',
    'clusterConfiguration',
    name,
    'extraArgs',
  ]),
  ['spec', 'kubeadmConfigSpec', 'clusterConfiguration', 'etcd', 'local', 'extraArgs'],
  ...Object.values(CONFIG_PATHS).flatMap((config) =>
    ['initConfiguration', 'joinConfiguration'].map((name) => [...config, name, 'nodeRegistration', 'kubeletExtraArgs']),
  ),
];

const findSecrets = ({ document }: Resource): readonly Warning[] =>
  LABELS_AND_ARGUMENTS.flatMap((path) =>
    argumentsAt(document, path)
      // A path or a switch is no secret, even where its name speaks of tokens: `token-auth-file: /etc/…`
      .filter(
        ({ name, value }) => looksSecret(value) || (isSecretName(name) && !/^(|true|false|\d+[smh]?|\/.*)$/.test(value)),
      )
      .map(({ path: place }) => ({
        path: place,
        wrong: {
          reason: 'Insecure' as const,
          message: 'looks like a secret; labels, annotations and arguments are recorded in clear text',
          expected: 'put it into a file (files[].content), which is stored encrypted',
        },
      })),
  );
