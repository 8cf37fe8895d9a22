import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ProjectedStep } from '../cluster-plan.ts';

/** Versions of control planes that a plan makes and replaces again before it comes to the wanted one. */
export function versionsOnTheWay({ controlPlane }: DesiredCluster, steps: readonly ProjectedStep[]): readonly string[] {
  const made = steps.filter(({ kind, role }) => kind === 'ProvisionMachine' && role === 'control-plane').flatMap(({ to }) => to?.split('/')[0] ?? []);
  return [...new Set(made)].filter((version) => version !== controlPlane.version);
}
