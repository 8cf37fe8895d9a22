import { describe, expect, it } from 'vitest';
import { clientLifetimes, findIdentityProblem, findLifetimeProblem } from '../../../domain/client-identity.ts';

describe('findIdentityProblem', () => {
  it.each([
    ['ada', []],
    ['ada@example.org', ['viewers', 'team:blue']],
    ['Zoë van Dyck', ['kubeadm:cluster-admins']],
    ['x'.repeat(64), Array.from({ length: 20 }, (_, index) => `group-${index}`)],
    ['systematic', ['system']],
  ])('%s in %j may be', (user, groups) => {
    expect(findIdentityProblem({ user, groups })).toBeUndefined();
  });

  it.each([
    ['', [], '1 to 64 characters'],
    ['x'.repeat(65), [], '1 to 64 characters'],
    ['ada', [''], '1 to 64 characters'],
    [' ada', [], 'no spaces at its ends'],
    ['ada\n', [], 'no control characters'],
    ['ada\u202e', [], 'no control characters'],
    ['system:admin', [], 'of Kubernetes\' own'],
    ['SYSTEM:node:x', [], 'of Kubernetes\' own'],
    ['system:serviceaccount:kube-system:default', [], 'of Kubernetes\' own'],
    ['ada', ['viewers', 'system:masters'], '"system:masters" is a group of Kubernetes\' own'],
    ['ada', Array.from({ length: 21 }, (_, index) => `group-${index}`), 'too many'],
  ])('%j in %j may not', (user, groups, problem) => {
    expect(findIdentityProblem({ user, groups })).toContain(problem);
  });
});

describe('findLifetimeProblem', () => {
  const { minimum, maximum, user, admin } = clientLifetimes;
  it.each([minimum, maximum, user, admin])('%d ms may be', (ttl) => {
    expect(findLifetimeProblem(ttl)).toBeUndefined();
  });
  it.each([minimum - 1, maximum + 1, 0, -1, Number.NaN, Number.POSITIVE_INFINITY])('%d ms may not', (ttl) => {
    expect(findLifetimeProblem(ttl)).toContain('10m to 8760h');
  });
});
