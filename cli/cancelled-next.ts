import type { Operation } from '../domain/operation.ts';

/** How an operation that was cancelled is taken up again: by what asked for it, said once more. */
export function nextForCancelled(cluster: string, { verb }: Pick<Operation, 'verb'>): readonly string[] {
  const describe = `slipway describe cluster ${cluster}`;
  switch (verb) {
    case 'scale':
      return ['slipway scale with the same replicas   (goes on)', describe];
    case 'replace':
      return ['slipway delete machine with the same name   (goes on)', describe];
    case 'recover':
      return [`slipway recover cluster/${cluster}   (begins again)`, describe];
    case 'create':
      return ['slipway apply with the same manifest   (goes on)', `slipway delete cluster ${cluster}   (removes everything)`];
    case 'apply':
    case 'restart':
    case 'undo':
    case 'adopt':
    case 'delete':
      return ['slipway apply with the same manifest   (goes on)', describe];
  }
}
