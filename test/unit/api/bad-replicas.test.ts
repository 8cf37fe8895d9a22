import { testBadValues } from './support/test-bad-values.ts';

const REPLICAS = { find: 'replicas: 3', document: 3, path: 'spec.replicas', expected: 'use 1, 3, 5 or 7' };

const WORKERS = { find: 'replicas: 4', document: 5, path: 'spec.replicas', expected: 'use a number from 0 to 100' };

testBadValues('replicas', {
  'no control plane': {
    ...REPLICAS,
    replace: 'replicas: «0',
    value: '0',
    message: 'cannot be less than or equal to 0',
  },
  'negative control plane': {
    ...REPLICAS,
    replace: 'replicas: «-1',
    value: '-1',
    message: 'cannot be less than or equal to 0',
  },
  'two control planes': { ...REPLICAS, replace: 'replicas: «2', value: '2', message: 'must be odd: etcd is stacked' },
  'four control planes': {
    ...REPLICAS,
    replace: 'replicas: «4 # four',
    value: '4',
    message: 'must be odd: etcd is stacked',
  },
  'nine control planes': {
    ...REPLICAS,
    replace: 'replicas: «9',
    value: '9',
    message: 'must be at most 7: every etcd member makes writes slower',
  },
  'replicas as a string': {
    ...REPLICAS,
    replace: 'replicas: «"3"',
    value: '"3"',
    message: 'must be a number',
    expected: 'write a number without quotes',
  },
  'half a machine': { ...REPLICAS, replace: 'replicas: «3.5', value: '3.5', message: 'must be a whole number' },
  'not a number': {
    ...REPLICAS,
    replace: 'replicas: «.nan',
    value: 'NaN',
    message: 'must be a number',
    expected: 'write a number without quotes',
  },
  'infinite replicas': {
    ...REPLICAS,
    replace: 'replicas: «.inf',
    value: 'Infinity',
    message: 'must be a number',
    expected: 'write a number without quotes',
  },
  'a milliard of control planes': {
    ...REPLICAS,
    replace: 'replicas: «1e9',
    value: '1000000000',
    message: 'must be at most 7: every etcd member makes writes slower',
  },
  'negative workers': { ...WORKERS, replace: 'replicas: «-1', value: '-1', message: 'must be at least 0' },
  'a milliard of workers': {
    ...WORKERS,
    replace: 'replicas: «1000000000',
    value: '1000000000',
    message: 'must be at most 100',
  },
  'more machines than the quota': {
    ...WORKERS,
    replace: 'replicas: «98',
    value: '98',
    message: 'makes 101 machines in the cluster so far',
    expected: 'use at most 100 in all',
  },
});
