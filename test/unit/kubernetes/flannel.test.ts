import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { renderFlannel } from '../../../activities/addons/flannel.ts';

const request = {
  podCIDR: '10.200.0.0/16',
  image: 'ghcr.io/flannel-io/flannel:v0.28.4',
  apiServer: { address: '172.30.4.2', port: 7443 },
};

test('the network add-on is as in the golden file', async () => {
  await expect(renderFlannel(request)).toMatchFileSnapshot('../../golden/addons/flannel.yaml');
});

test('every object is one that Kubernetes can be asked to apply', () => {
  const objects = parseAllDocuments(renderFlannel(request)).map((document) => document.toJS() as unknown);
  expect(objects).toHaveLength(6);
  for (const object of objects) {
    expect(object).toMatchObject({ apiVersion: expect.any(String), kind: expect.any(String), metadata: { name: expect.any(String) } });
  }
});
