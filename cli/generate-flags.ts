import { Option, type Command } from 'commander';
import { generateManifest, InvalidGenerateOptionsError } from '../api/generate-manifest.ts';
import { versions } from '../node-image/versions.mjs';
import { countArgument } from './flags.ts';
import { explainProblems } from './manifest-input.ts';

export type GenerateFlags = {
  readonly kubernetesVersion: string;
  readonly controlPlaneMachineCount: number;
  readonly workerMachineCount: number;
  readonly targetNamespace?: string;
};

/** clusterctl's names. */
export function addGenerateFlags(command: Command): Command {
  return command
    .option('--kubernetes-version <version>', 'Kubernetes version', versions.kubernetes)
    .addOption(new Option('--control-plane-machine-count <count>', 'Machines of the control plane, an odd number').argParser(countArgument(1)).default(1))
    .addOption(new Option('--worker-machine-count <count>', 'Machines of the MachineDeployment').argParser(countArgument(0)).default(0))
    .option('--target-namespace <namespace>', 'namespace of the objects in the manifest');
}

/** YAML of a valid manifest. @throws InvalidManifestError after printing what the flags would make wrong. */
export function generateFrom(name: string, flags: GenerateFlags): string {
  try {
    return generate(name, flags);
  } catch (error) {
    if (!(error instanceof InvalidGenerateOptionsError)) throw error;
    throw explainProblems('the manifest that these flags make', error.problems);
  }
}

function generate(name: string, flags: GenerateFlags): string {
  const { kubernetesVersion, controlPlaneMachineCount, workerMachineCount, targetNamespace } = flags;
  return generateManifest({
    name,
    kubernetesVersion,
    controlPlaneMachineCount,
    workerMachineCount,
    ...(targetNamespace === undefined ? {} : { namespace: targetNamespace }),
  });
}
