import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { FULL } from './support/edit-manifest.ts';
import { parseGood } from './support/parse-good.ts';

/** Places in the full manifest behind which a line of the same indentation can be added. */
const PLACES = {
  cluster:
    'kind: Cluster\nmetadata:\n  name: full\n  namespace: team-a\n  labels:\n    example.com/team: a\n  annotations:\n    example.com/note: "any text"\nspec:\n',
  metadata: 'metadata:\n  name: full\n',
  dockerCluster: 'name: full-infra\n  namespace: team-a\n',
  controlPlane: '  replicas: 3\n',
  machineTemplate: '  machineTemplate:\n',
  config: '  kubeadmConfigSpec:\n',
  clusterConfiguration: '    clusterConfiguration:\n',
  apiServer: '      apiServer:\n',
  etcd: '        local:\n',
  init: '    initConfiguration:\n',
  join: '          - NumCPU\n    joinConfiguration:\n',
  registration: '        criSocket: unix:///var/run/containerd/containerd.sock\n',
  file: '      - path: /etc/example/encoded.conf\n',
  user: '      - name: admin\n',
  machine: '      customImage: registry.example.com:5000/slipway/node:v1.34.4\n',
  deployment: '  replicas: 4\n',
  workerMachine: '      version: v1.33.13\n',
  workerBootstrap: '      bootstrap:\n',
  workerConfig: '  name: full-md-config\n  namespace: team-a\nspec:\n  template:\n    spec:\n',
} as const;

type Place = keyof typeof PLACES;
type Row = readonly [place: Place, line: string, path: string];

const insert = (place: Place, line: string): string => {
  const parts = FULL.split(PLACES[place]);
  if (parts.length !== 2) throw new Error(`"${PLACES[place]}" stands ${parts.length - 1} times in the manifest`);
  return parts.join(`${PLACES[place]}${line}\n`);
};

const CONFIG = 'spec.kubeadmConfigSpec';

describe('a field that Cluster API has and Slipway does not act on is refused by name', () => {
  test.for<Row>([
    ['cluster', '  paused: true', 'spec.paused'],
    ['cluster', '  topology: {class: quick-start, version: v1.34.4}', 'spec.topology'],
    ['cluster', '  controlPlaneEndpoint: {host: 192.0.2.1, port: 6443}', 'spec.controlPlaneEndpoint'],
    ['cluster', '  availabilityGates: [{conditionType: Ready}]', 'spec.availabilityGates'],
    ['metadata', '  generateName: full-', 'metadata.generateName'],
    ['metadata', '  uid: 5d0c6d0e', 'metadata.uid'],
    ['metadata', '  finalizers: [cluster.cluster.x-k8s.io]', 'metadata.finalizers'],
    ['metadata', '  ownerReferences: [{name: x}]', 'metadata.ownerReferences'],
    ['dockerCluster', 'status: {ready: true}', 'status'],
    ['dockerCluster', 'spec: {loadBalancer: {imageTag: "1"}}', 'spec.loadBalancer.imageTag'],
    [
      'dockerCluster',
      'spec: {loadBalancer: {customHAProxyConfigTemplateRef: {name: x}}}',
      'spec.loadBalancer.customHAProxyConfigTemplateRef',
    ],
    ['controlPlane', '  rolloutStrategy: {type: OnDelete}', 'spec.rolloutStrategy.type'],
    [
      'controlPlane',
      '  rolloutStrategy: {rollingUpdate: {maxSurge: 50%}}',
      'spec.rolloutStrategy.rollingUpdate.maxSurge',
    ],
    ['controlPlane', '  remediationStrategy: {maxRetry: 5}', 'spec.remediationStrategy'],
    ['controlPlane', '  machineNamingStrategy: {template: "{{ .random }}"}', 'spec.machineNamingStrategy.template'],
    ['machineTemplate', '    nodeDrainTimeout: 10', 'spec.machineTemplate.nodeDrainTimeout'],
    ['machineTemplate', '    nodeDeletionTimeout: 5 parsecs', 'spec.machineTemplate.nodeDeletionTimeout'],
    ['machineTemplate', '    nodeVolumeDetachTimeout: 10000h', 'spec.machineTemplate.nodeVolumeDetachTimeout'],
    ['machineTemplate', '    readinessGates: [{conditionType: X}]', 'spec.machineTemplate.readinessGates'],
    ['config', '    format: ignition', `${CONFIG}.format`],
    ['config', '    ignition: {containerLinuxConfig: {strict: true}}', `${CONFIG}.ignition`],
    ['config', '    diskSetup: {filesystems: [{device: /dev/sdb}]}', `${CONFIG}.diskSetup`],
    ['clusterConfiguration', '      certificatesDir: /pki', `${CONFIG}.clusterConfiguration.certificatesDir`],
    [
      'clusterConfiguration',
      '      controlPlaneEndpoint: api.example.com:6443',
      `${CONFIG}.clusterConfiguration.controlPlaneEndpoint`,
    ],
    ['clusterConfiguration', '      clusterName: other', `${CONFIG}.clusterConfiguration.clusterName`],
    ['clusterConfiguration', '      kubernetesVersion: v1.33.0', `${CONFIG}.clusterConfiguration.kubernetesVersion`],
    [
      'clusterConfiguration',
      '      networking: {podSubnet: 10.0.0.0/8}',
      `${CONFIG}.clusterConfiguration.networking.podSubnet`,
    ],
    ['etcd', '          dataDir: /data', `${CONFIG}.clusterConfiguration.etcd.local.dataDir`],
    [
      'init',
      '      bootstrapTokens: [{token: abcdef.0123456789abcdef}]',
      `${CONFIG}.initConfiguration.bootstrapTokens`,
    ],
    [
      'init',
      '      localAPIEndpoint: {advertiseAddress: 192.0.2.1}',
      `${CONFIG}.initConfiguration.localAPIEndpoint.advertiseAddress`,
    ],
    ['init', '      localAPIEndpoint: {bindPort: 6443}', `${CONFIG}.initConfiguration.localAPIEndpoint.bindPort`],
    ['init', '      skipPhases: [kubelet-start]', `${CONFIG}.initConfiguration.skipPhases[0]`],
    ['file', '        contentFormat: Template', `${CONFIG}.files[1].contentFormat`],
    ['registration', '        name: node-1', `${CONFIG}.initConfiguration.nodeRegistration.name`],
    ['machine', '      bootstrapTimeout: 10m', 'spec.template.spec.bootstrapTimeout'],
    ['machine', '      providerID: docker:////x', 'spec.template.spec.providerID'],
    ['deployment', '  paused: true', 'spec.paused'],
    ['deployment', '  revisionHistoryLimit: 3', 'spec.revisionHistoryLimit'],
    ['deployment', '  strategy: {type: Recreate}', 'spec.strategy.type'],
    ['deployment', '  strategy: {rollingUpdate: {deletePolicy: Biggest}}', 'spec.strategy.rollingUpdate.deletePolicy'],
    ['deployment', '  strategy: {remediation: {maxInFlight: 1}}', 'spec.strategy.remediation'],
    ['workerMachine', '      nodeDrainTimeout: -5s', 'spec.template.spec.nodeDrainTimeout'],
    ['workerBootstrap', '        dataSecretName: mine', 'spec.template.spec.bootstrap.dataSecretName'],
    [
      'workerConfig',
      '      clusterConfiguration: {featureGates: {A: true}}',
      'spec.template.spec.clusterConfiguration',
    ],
    ['workerConfig', '      initConfiguration: {nodeRegistration: {name: x}}', 'spec.template.spec.initConfiguration'],
  ])('%s: %s', ([place, line, path]) => {
    const result = parseManifest(insert(place, line));
    const problems = result.ok ? [] : result.problems;
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.reason).toMatch(/^(Forbidden|Unsupported value|Invalid value)$/);
    expect(problems[0]?.expected).toMatch(/\w{3}/);
  });
});

describe('a value that means what happens anyway is accepted without a warning', () => {
  test.for<readonly [Place, string]>([
    ['cluster', '  paused: false'],
    ['cluster', '  controlPlaneEndpoint: {host: "", port: 0}'],
    ['cluster', '  topology: null'],
    ['metadata', '  creationTimestamp: null'],
    ['dockerCluster', 'status: {}'],
    ['dockerCluster', 'spec: {loadBalancer: {}, controlPlaneEndpoint: {host: "", port: 0}}'],
    ['controlPlane', '  rolloutStrategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}'],
    ['controlPlane', '  machineNamingStrategy: {template: "{{ .kubeadmControlPlane.name }}-{{ .random }}"}'],
    ['machineTemplate', '    nodeDrainTimeout: 0s'],
    ['machineTemplate', '    nodeDeletionTimeout: 10s'],
    ['config', '    format: cloud-config'],
    ['config', '    mounts: []'],
    ['config', '    diskSetup: {}'],
    ['clusterConfiguration', '      dns: {}'],
    ['clusterConfiguration', '      imageRepository: registry.k8s.io'],
    ['clusterConfiguration', '      clusterName: full'],
    ['clusterConfiguration', '      kubernetesVersion: v1.34.4'],
    [
      'clusterConfiguration',
      '      networking: {podSubnet: 10.200.0.0/16, serviceSubnet: 10.201.0.0/20, dnsDomain: full.local}',
    ],
    ['clusterConfiguration', '      apiVersion: kubeadm.k8s.io/v1beta3'],
    ['clusterConfiguration', '      kind: ClusterConfiguration'],
    ['apiServer', '        timeoutForControlPlane: 4m0s'],
    ['etcd', '          dataDir: /var/lib/etcd'],
    ['init', '      localAPIEndpoint: {bindPort: 7443}'],
    ['init', '      localAPIEndpoint: {}'],
    ['init', '      skipPhases: []'],
    ['join', '      discovery: {}'],
    ['join', '      caCertPath: /etc/kubernetes/pki/ca.crt'],
    ['join', '      controlPlane: {localAPIEndpoint: {bindPort: 7443}}'],
    ['registration', "        name: '{{ ds.meta_data.local_hostname }}'"],
    ['registration', '        imagePullPolicy: IfNotPresent'],
    ['machine', '      preLoadImages: []'],
    ['machine', '      bootstrapTimeout: 3m0s'],
    ['deployment', '  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}'],
    ['deployment', '  revisionHistoryLimit: 1'],
    ['deployment', '  progressDeadlineSeconds: 600'],
    ['deployment', '  minReadySeconds: 0'],
    ['workerMachine', '      providerID: ""'],
    ['workerConfig', '      clusterConfiguration: {}'],
  ])('%s: %s', ([place, line]) => {
    const { cluster, warnings } = parseGood(insert(place, line));
    expect(cluster).toEqual(parseGood(FULL).cluster);
    expect(warnings).toEqual([]);
  });
});
