import { ApiException, PatchStrategy, setHeaderOptions, type CoreV1Api, type V1Node } from '@kubernetes/client-node';
import { decideNodeUpdate, type WantedNode } from '../../domain/node/node-update.ts';

/**
 * Brings a Node to what is wanted; false where there is none of that name. Taints are one list of several
 * writers: somebody else's change between the two requests answers 409, and another attempt looks again.
 */
export async function updateNode(request: {
  readonly core: Pick<CoreV1Api, 'readNode' | 'patchNode'>;
  readonly node: string;
  readonly wanted: WantedNode;
  readonly fieldManager: string;
}): Promise<boolean> {
  const { core, node: name, wanted, fieldManager } = request;
  try {
    const node = await core.readNode({ name });
    const update = decideNodeUpdate(stateOf(node), wanted);
    if (update === undefined) return true;
    const { labels, annotations, taints } = update;
    const body = {
      metadata: { labels, annotations, ...(taints === undefined ? {} : { resourceVersion: node.metadata?.resourceVersion }) },
      ...(taints === undefined ? {} : { spec: { taints } }),
    };
    await core.patchNode({ name, body, fieldManager }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
    return true;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return false;
    throw error;
  }
}

function stateOf({ metadata, spec }: V1Node) {
  return { labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, taints: spec?.taints ?? [] };
}
