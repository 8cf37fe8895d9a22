import { testBadValues } from './support/test-bad-values.ts';

const WORKER_VERSION = { find: 'version: v1.33.13', document: 5, path: 'spec.template.spec.version' };

const VERSION = {
  find: 'version: v1.34.4',
  document: 3,
  path: 'spec.version',
  message: 'must be "v" and a full semantic version',
  expected: 'write a version such as "v1.34.4"',
};

testBadValues('versions', {
  'version without patch': { ...VERSION, replace: 'version: «v1.34', value: '"v1.34"' },
  'version latest': { ...VERSION, replace: 'version: «latest', value: '"latest"' },
  'version with a command': { ...VERSION, replace: 'version: «v1.34.4; rm -rf', value: '"v1.34.4; rm -rf"' },
  'version without v': { ...VERSION, replace: 'version: «1.34.4', value: '"1.34.4"', expected: 'write "v1.34.4"' },
  'version as a number': {
    ...VERSION,
    replace: 'version: «1.34',
    value: '1.34',
    message: 'must be a string',
    expected: 'write a version such as "v1.34.4"',
  },
  'version with leading zero': { ...VERSION, replace: 'version: «v1.034.4', value: '"v1.034.4"' },
  'version with build metadata': { ...VERSION, replace: 'version: «v1.34.4+k3s1', value: '"v1.34.4+k3s1"' },
  'version in other digits': { ...VERSION, replace: 'version: «v1.３4.4', value: '"v1.３4.4"' },
  'version over two lines': { ...VERSION, replace: 'version: «"v1.34.4\\n"', value: '"v1.34.4\\n"' },
  'workers newer than the control plane': {
    ...WORKER_VERSION,
    replace: 'version: «v1.35.0',
    value: '"v1.35.0"',
    message: 'must not be newer than the control plane, which is v1.34.4',
    expected: "use v1.34.4 or older, or raise the KubeadmControlPlane's spec.version",
  },
  'workers newer by a patch': {
    ...WORKER_VERSION,
    replace: 'version: «v1.34.5',
    value: '"v1.34.5"',
    message: 'must not be newer than the control plane, which is v1.34.4',
    expected: "use v1.34.4 or older, or raise the KubeadmControlPlane's spec.version",
  },
  'workers four minors older': {
    ...WORKER_VERSION,
    replace: 'version: «v1.30.14',
    value: '"v1.30.14"',
    message: 'must not be more than three minor versions older than the control plane, which is v1.34.4',
    expected: 'use v1.31.0 or newer',
  },
  'no worker version': {
    find: '    spec:\n      clusterName: full\n      version: v1.33.13\n',
    replace: '    «spec:\n      clusterName: full\n',
    document: 5,
    path: 'spec.template.spec.version',
    reason: 'Required value',
    message: 'is missing',
    expected: 'write a version such as "v1.34.4"',
  },
});
