import { describe, expect, test } from 'vitest';
import type { CheckedSource } from '../../../../domain/recovery/checked-source.ts';
import { decideRecoverOnto, keysFor } from '../../../../domain/recovery/decide-recover-onto.ts';
import { desired } from '../support/clusters.ts';
import { backup } from './recoveries.ts';

type Standing = CheckedSource['source']['standing'];

function checked(standing: Standing = 'unknown', facts: Partial<CheckedSource> = {}): CheckedSource {
  const whole = { ...backup(), cluster: { name: 'demo', uid: 'uid-demo' }, etcdRevision: 7, bytes: 512 };
  return { backup: whole, source: { endpoint: 'https://172.30.4.2:6443', hostPort: 22_000, caCertificate: '-----BEGIN', standing }, host: 'local', ...facts };
}
const decide = (facts: Partial<Parameters<typeof decideRecoverOnto>[0]> = {}) => decideRecoverOnto({ name: 'new', checked: checked(), answers: false, allowClone: false, ...facts });

describe('a new cluster from a backup is refused', () => {
  test.each<[string, Parameters<typeof decide>[0], 'Conflict' | 'Invalid', string]>([
    ['of itself', { name: 'demo' }, 'Invalid', 'of cluster demo itself'],
    ['of itself, whatever is allowed', { name: 'demo', allowClone: true }, 'Invalid', 'give another name'],
    ['under a name that no cluster may have', { name: 'new-' }, 'Invalid', 'cluster new-: must be a DNS-1123 label'],
    ['under a name that is too long for its Machines', { name: 'n'.repeat(49) }, 'Invalid', `KubeadmControlPlane ${'n'.repeat(49)}-control-plane: has 63 characters`],
    ['where the name is taken', { checked: checked('unknown', { taken: 'there is a cluster new already' }) }, 'Conflict', 'there is a cluster new already'],
    ['where the name is taken, whatever is allowed', { allowClone: true, checked: checked('unknown', { taken: 'there is a cluster new already' }) }, 'Conflict', 'new already'],
    ['while the other answers', { answers: true }, 'Conflict', 'cluster demo (UID uid-demo) still answers'],
    ['while the other answers, known here', { answers: true, checked: checked('managed') }, 'Conflict', '--allow-clone'],
    ['while the other is being brought back', { checked: checked('recovering') }, 'Conflict', 'is being recovered in place'],
  ])('%s', (_when, facts, refusal, reason) => {
    const decision = decide(facts);
    expect(decision).toMatchObject({ action: 'refuse', refusal });
    expect(decision.reasons.join('\n')).toContain(reason);
  });
});

describe('a new cluster from a backup', () => {
  test.each<[string, Standing, boolean, boolean]>([
    ['that nobody here knows', 'unknown', false, false],
    ['of one that is managed here and does not answer', 'managed', false, false],
    ['beside one that answers', 'managed', true, true],
    ['beside one that is elsewhere', 'unknown', true, true],
    ['beside one that is being brought back', 'recovering', false, true],
  ])('may be made %s', (_of, standing, answers, allowClone) => {
    expect(decide({ checked: checked(standing), answers, allowClone }).action).toBe('recover');
  });

  test('in the place of the other: what it has of it, what is lost, and what is left to do', () => {
    expect(decide({ checked: checked('managed') }).reasons).toEqual([
      'cluster new is made from backup 20261120-130000-abcdef of cluster demo (UID uid-demo): 3 control-plane Machines and 2 workers, all new, with a network, an endpoint and SSH keys of its own',
      'everything written to the API after 2026-11-20T13:00:00.000Z is lost (backup 20261120-130000-abcdef)',
      'certificate authorities and service-account keys are those of cluster demo, which must never run again: what opened it opens new',
      'cluster demo does not answer at https://172.30.4.2:6443 nor on 127.0.0.1:22000, as seen from here; what runs elsewhere cannot be seen',
      'volumes are not in a backup; PersistentVolumes of new name those of cluster demo',
      'cluster demo stays under management here, as it is: slipway delete cluster demo removes what is left of it',
    ]);
  });

  test('beside the other: that neither opens the other, and that both do their work', () => {
    const { reasons } = decide({ checked: checked('managed', { backup: { ...checked().backup, desired: desired(1, 0) } }), answers: true, allowClone: true });
    expect(reasons).toEqual([
      expect.stringContaining('1 control-plane Machines and 0 workers'),
      expect.stringContaining('is lost'),
      'certificate authorities and service-account keys are new: kubeconfigs, certificates and tokens of cluster demo do not open new, nor the other way round',
      'cluster demo answers at https://172.30.4.2:6443, and is not touched',
      expect.stringContaining('volumes'),
      'what workloads do outside of their cluster (DNS, load balancers, databases, mail) new does too',
    ]);
  });

  test('has the keys of the other only where it takes its place', () => {
    expect([keysFor({ allowClone: false }), keysFor({ allowClone: true })]).toEqual(['kept', 'own']);
  });
});
