import { Option, type Command } from 'commander';
import type { ManifestProblem } from '../api/manifest-problem.ts';
import { versions } from '../node-image/versions.mjs';
import { UsageError } from './errors.ts';
import { countArgument } from './flags.ts';

export type GenerateFlags = {
  readonly kubernetesVersion: string;
  readonly controlPlaneMachineCount: number;
  readonly workerMachineCount: number;
  readonly targetNamespace?: string;
  readonly apiVersion?: 'v1beta1' | 'v1beta2';
};

/** clusterctl's names. */
export function addGenerateFlags(command: Command): Command {
  return command
    .option('--kubernetes-version <version>', 'Kubernetes version', versions.kubernetes)
    .addOption(new Option('--control-plane-machine-count <count>', 'Machines of the control plane, an odd number').argParser(countArgument(1)).default(1))
    .addOption(new Option('--worker-machine-count <count>', 'Machines of the MachineDeployment').argParser(countArgument(0)).default(0))
    .option('--target-namespace <namespace>', 'namespace of the objects in the manifest');
}

/** YAML of a valid manifest. @throws UsageError naming each flag that would make it invalid */
export async function generateFrom(name: string, flags: GenerateFlags): Promise<string> {
  // With YAML and the schemas, it is most of what a wrong flag would wait for.
  const { generateManifest, InvalidGenerateOptionsError } = await import('../api/generate-manifest.ts');
  const { kubernetesVersion, controlPlaneMachineCount, workerMachineCount, targetNamespace, apiVersion } = flags;
  try {
    return generateManifest({
      name,
      kubernetesVersion,
      controlPlaneMachineCount,
      workerMachineCount,
      ...(targetNamespace === undefined ? {} : { namespace: targetNamespace }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    });
  } catch (error) {
    if (error instanceof InvalidGenerateOptionsError) throw wrongFlags(error.problems);
    throw error;
  }
}

/** In the words of the command line; nobody has seen the manifest that the problems are of. */
function wrongFlags(problems: readonly ManifestProblem[]): UsageError {
  const wrong = problems.map((problem) => ({ ...problem, flag: flagOf(problem) }));
  const state = ({ flag, reason, value, message }: (typeof wrong)[number]): string =>
    [flag, reason, value ?? '', message].filter((part) => part !== '').join(': ');
  return new UsageError({
    what: wrong.map(state).join('; '),
    unchanged: 'nothing was started',
    next: wrong.map(({ flag, expected }) => (wrong.length === 1 ? expected : `${flag}: ${expected}`)),
  });
}

function flagOf({ kind, path }: ManifestProblem): string {
  switch (path) {
    case 'metadata.name':
      return 'NAME';
    case 'metadata.namespace':
      return '--target-namespace';
    case 'spec.version':
      return '--kubernetes-version';
    case 'spec.replicas':
      return kind === 'KubeadmControlPlane' ? '--control-plane-machine-count' : '--worker-machine-count';
    default:
      return `${kind ?? 'the manifest'} ${path}`;
  }
}
