import { PatchStrategy, type KubernetesObject, type KubernetesObjectApi } from '@kubernetes/client-node';
import type { DeliveredObject } from '../../api/delivered-objects.ts';
import { DeliveryError } from './errors.ts';

/** What others need first, as Cluster API sorts what one ConfigMap or Secret delivers; all else follows as it stands. */
const FIRST = [
  'Namespace',
  'CustomResourceDefinition',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Secret',
  'ConfigMap',
  'ServiceAccount',
  'LimitRange',
];

/** Exported for its test. */
export function sortForCreate(objects: readonly DeliveredObject[]): readonly DeliveredObject[] {
  return objects.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ kind }: DeliveredObject): number {
  const index = FIRST.indexOf(String(kind));
  return index === -1 ? FIRST.length : index;
}

/**
 * Makes what is missing; 'Reconcile' also brings what is there to what is delivered. One that fails does not keep the
 * others: they may be what it waits for, and another attempt makes it.
 * @throws DeliveryError naming every object that could not be made, and nothing of what is in it
 */
export async function deliverObjects(request: {
  readonly api: Pick<KubernetesObjectApi, 'create' | 'patch'>;
  readonly objects: readonly DeliveredObject[];
  readonly strategy: 'ApplyOnce' | 'Reconcile';
  readonly fieldManager: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { api, strategy, fieldManager, signal } = request;
  const failed: string[] = [];
  for (const object of sortForCreate(request.objects)) {
    signal.throwIfAborted();
    // The client takes what YAML says; what is in it is the API server's to judge.
    const body: KubernetesObject = { ...object };
    try {
      if (strategy === 'Reconcile') await api.patch(body, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
      else await api.create(body, undefined, undefined, fieldManager);
    } catch (error) {
      signal.throwIfAborted();
      if (strategy === 'ApplyOnce' && statusOf(error) === 409) continue;
      failed.push(`${body.kind} ${body.metadata?.name}: ${describe(error)}`);
    }
  }
  if (failed.length > 0) throw new DeliveryError(failed);
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

/** Never the server's message or the client's: both quote the object. */
function describe(error: unknown): string {
  const status = statusOf(error);
  if (status !== undefined) return `the API server answered ${status}${MEANINGS[status] ?? ''}`;
  const isUnknownKind = error instanceof Error && error.message.startsWith('Unrecognized API version and kind');
  return isUnknownKind ? 'the API server does not know this kind (yet)' : 'the API server did not answer';
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: ' (not a valid object)',
  403: ' (forbidden)',
  404: ' (its namespace or kind is not there)',
  409: ' (conflict)',
  422: ' (a field is not valid)',
  500: ' (an error of its own, or of a webhook)',
};
