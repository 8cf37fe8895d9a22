import { expect, test } from 'vitest';
import { CORDONED_ANNOTATION, decideCordon, decideUncordon } from '../../../../domain/node/cordon.ts';

const own = { [CORDONED_ANNOTATION]: 'removal' };

test.each([
  ['schedulable', { unschedulable: false, annotations: {} }, { unschedulable: true, annotations: own }, undefined],
  ['cordoned by a removal', { unschedulable: true, annotations: own }, undefined, { unschedulable: false, annotations: { [CORDONED_ANNOTATION]: null } }],
  ['cordoned by a person', { unschedulable: true, annotations: {} }, undefined, undefined],
])('a Node that is %s', (_name, node, cordoned, uncordoned) => {
  expect(decideCordon(node)).toEqual(cordoned);
  expect(decideUncordon(node)).toEqual(uncordoned);
});
