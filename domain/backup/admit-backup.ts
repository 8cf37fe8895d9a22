import { currentOperation, isInitialized, type ClusterState } from '../cluster-state.ts';
import { isOpen } from '../operation.ts';

/**
 * Why no backup is taken of a cluster in that state; undefined: one may be. What a recovery that is not
 * over has brought back so far is no good to go back to, and would drive out what is.
 */
export function findBackupRefusal(state: ClusterState): string | undefined {
  const { name } = state.identity;
  const operation = currentOperation(state);
  if (operation?.verb === 'recover' && isOpen(operation)) return `cluster ${name} is being recovered (operation ${operation.id}): what it is now is no backup to go back to`;
  if (state.phase === 'Deleting') return `cluster ${name} is being deleted`;
  return isInitialized(state) ? undefined : `cluster ${name} has no control plane yet`;
}
