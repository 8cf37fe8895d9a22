import { testBadValues } from './support/test-bad-values.ts';

const REPLICAS = { find: 'replicas: 3', document: 3, path: 'spec.replicas', expected: 'use 1, 3, 5 or 7' };

testBadValues('fields', {
  'unknown field': {
    find: 'replicas: 3',
    replace: 'replicas: 3\n  «colour: blue',
    document: 3,
    path: 'spec.colour',
    reason: 'Unknown field',
    message: 'there is no field colour here',
    expected:
      'use one of replicas, version, machineTemplate, kubeadmConfigSpec, rolloutBefore, rolloutAfter, rolloutStrategy, machineNamingStrategy',
  },
  'mistyped field': {
    find: 'hostPath: /srv/data\n',
    replace: 'hostPath: /srv/data\n          «readonly: true\n',
    document: 4,
    path: 'spec.template.spec.extraMounts[0].readonly',
    reason: 'Unknown field',
    message: 'there is no field readonly here',
    expected: 'did you mean readOnly?',
  },
  'field that is null and unknown': {
    find: 'replicas: 3',
    replace: 'replicas: 3\n  «versions:',
    document: 3,
    path: 'spec.versions',
    reason: 'Unknown field',
    message: 'there is no field versions here',
    expected: 'did you mean version?',
  },
  'the name that v1beta2 has for a field': {
    find: 'kind: DockerCluster\n    name: full-infra',
    replace: 'kind: DockerCluster\n    «apiGroup: infrastructure.cluster.x-k8s.io\n    name: full-infra',
    document: 1,
    path: 'spec.infrastructureRef.apiGroup',
    reason: 'Unknown field',
    message: 'there is no field apiGroup here',
    expected: 'in v1beta1 this is apiVersion, the group with a version',
  },
  'arguments in the form of v1beta2': {
    find: 'extraArgs:\n          v: "2"',
    replace: 'extraArgs:\n          «- name: v\n            value: "2"',
    document: 3,
    path: 'spec.kubeadmConfigSpec.clusterConfiguration.scheduler.extraArgs',
    message: 'must be a map',
    expected: 'write one "name: value" a line: lists of name and value are v1beta2\'s',
  },
  'list in place of a map': {
    find: 'clusterConfiguration:\n      apiServer:',
    replace: 'clusterConfiguration:\n      dns: {}\n      networking: «[]\n      apiServer:',
    document: 3,
    path: 'spec.kubeadmConfigSpec.clusterConfiguration.networking',
    message: 'must be a map',
    expected: 'write a map of fields',
  },
  'template variable left in': {
    ...REPLICAS,
    replace: 'replicas: «${CONTROL_PLANE_MACHINE_COUNT}',
    value: '"${CONTROL_PLANE_MACHINE_COUNT}"',
    message: 'must be a number',
    expected: 'fill in the variables of the template: "clusterctl generate cluster" does so',
  },
});
