import type { Operation } from '../domain/operation.ts';

/** The ways out of a Blocked operation, in the order to try them. A removal has only one. */
export function nextForBlocked(cluster: string, { verb }: Pick<Operation, 'verb'>): readonly string[] {
  const retry = `slipway resume cluster ${cluster} --retry   (tries again from where it stopped)`;
  switch (verb) {
    case 'delete':
    case 'adopt':
    case 'recover':
      return [retry];
    case 'create':
      return [retry, `slipway delete cluster ${cluster}   (removes everything)`];
    case 'apply':
    case 'scale':
    case 'replace':
    case 'restart':
    case 'undo':
      return [retry, `slipway resume cluster ${cluster} --abort   (goes back to what it was)`];
  }
}
