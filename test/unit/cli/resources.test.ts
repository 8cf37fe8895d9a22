import { describe, expect, it, test } from 'vitest';
import { UsageError } from '../../../cli/errors.ts';
import { parseNameOf, parseOneResource, parseResources, type ResourceKind } from '../../../cli/resources.ts';
import { clusterOfOperation } from '../../../cli/temporal/clusters.ts';

const all: readonly ResourceKind[] = ['cluster', 'machine', 'operation', 'kubeconfig'];

describe('parseResources', () => {
  test.each([
    [['clusters'], 'cluster', []],
    [['cluster', 'demo'], 'cluster', ['demo']],
    [['cl', 'demo', 'other'], 'cluster', ['demo', 'other']],
    [['Cluster/demo'], 'cluster', ['demo']],
    [['machine/demo-cp-x', 'ma/demo-cp-y'], 'machine', ['demo-cp-x', 'demo-cp-y']],
    [['machines.cluster.x-k8s.io'], 'machine', []],
    [['op', 'demo-create-1'], 'operation', ['demo-create-1']],
    [['kubeconfig', 'demo'], 'kubeconfig', ['demo']],
  ])('%j', (args, kind, names) => {
    expect(parseResources(args, all)).toEqual({ kind, names });
  });

  test.each([
    [['pods'], 'is no kind'],
    [['cluster/demo', 'machine/x'], 'one kind at a time'],
    [['cluster/demo', 'other'], 'all of them must be'],
    [['cluster/a/b'], 'all of them must be'],
    [['cluster', 'Demo'], 'is no name'],
    [['cluster', '../etc'], 'is no name'],
    [['cluster', 'a b'], 'is no name'],
    [['cluster/'], 'is no name'],
    [['cluster', '-x'], 'is no name'],
  ])('refuses %j', (args, message) => {
    expect(() => parseResources(args, all)).toThrow(message);
    expect(() => parseResources(args, all)).toThrow(UsageError);
  });

  it('names the kinds that the command takes', () => {
    expect(() => parseResources(['machine', 'x'], ['cluster'])).toThrow('"machine" is no kind that this command takes');
  });
});

describe('one name', () => {
  test.each([[['cluster', 'demo']], [['cluster/demo']]])('%j', (args) => {
    expect(parseOneResource(args, ['cluster'])).toEqual({ kind: 'cluster', name: 'demo' });
    expect(parseNameOf('cluster', args)).toBe('demo');
  });

  it('may stand alone where the kind is clear', () => {
    expect(parseNameOf('cluster', ['demo'])).toBe('demo');
    expect(() => parseOneResource(['demo'], ['cluster'])).toThrow('is no kind');
    expect(() => parseOneResource(['cluster'], ['cluster'])).toThrow('name one cluster');
    expect(() => parseOneResource(['cluster', 'a', 'b'], ['cluster'])).toThrow('name one cluster');
  });
});

describe('clusterOfOperation', () => {
  test.each([
    ['demo-create-1', 'demo'],
    ['my-create-1-delete-12', 'my-create-1'],
    ['a-b-c-adopt-3', 'a-b-c'],
  ])('%s belongs to %s', (operation, cluster) => {
    expect(clusterOfOperation(operation)).toBe(cluster);
  });

  test.each(['demo', 'demo-create', 'demo-1', '-create-1'])('refuses %s', (operation) => {
    expect(() => clusterOfOperation(operation)).toThrow(UsageError);
  });
});
