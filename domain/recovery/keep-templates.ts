import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { Machine } from '../machine.ts';
import { controlPlaneTemplate, workerTemplate } from '../rollout/machine-template.ts';

/** The same specification, in which each text has the reference of its store. */
export type Referenced = { readonly before: DesiredCluster; readonly now: DesiredCluster };

/**
 * In another store the same text has another reference, and so a template another hash: the Machines made
 * from it are as they should be all the same, and must not be replaced for it.
 */
export function keepTemplates(machines: readonly Machine[], specifications: readonly Referenced[]): readonly Machine[] {
  return machines.map((machine) => {
    const same = specifications.find(({ before }) => templateHash(before, machine) === machine.template);
    const template = same === undefined ? undefined : templateHash(same.now, machine);
    return machine.template === undefined || template === undefined ? machine : { ...machine, template };
  });
}

function templateHash({ controlPlane, machineDeployments }: DesiredCluster, { role, owner, version }: Machine): string | undefined {
  if (role === 'control-plane') return controlPlaneTemplate(controlPlane, version).hash;
  const deployment = machineDeployments.find(({ name }) => name === owner);
  return deployment === undefined ? undefined : workerTemplate(deployment, version).hash;
}
