import { Option, type Command } from 'commander';
import { addGenerateFlags, generateFrom, type GenerateFlags } from '../generate-flags.ts';
import { writeData } from '../terminal.ts';

export function registerGenerate(command: Command): void {
  command.description("Prints manifests of Cluster API's kinds.");
  addGenerateFlags(command.command('cluster').argument('<name>', "the cluster's name"))
    .addOption(new Option('--api-version <version>', "version of Cluster API's kinds").choices(['v1beta1', 'v1beta2']).default('v1beta2'))
    .summary('print the manifest of a cluster')
    .description('Prints the manifest of a cluster of Docker machines, as clusterctl generate cluster does.')
    .action(async (name: string, flags: GenerateFlags) => {
      writeData(await generateFrom(name, flags));
    });
  command
    .command('schema')
    .summary('print the JSON schema of manifests')
    .description('Prints the JSON schema of manifests, with which editors check and complete them (docs/manifests.md).')
    .action(async () => {
      // Loaded here, because no other command needs it.
      const { printManifestSchema } = await import('../../api/manifest-schema.ts');
      writeData(printManifestSchema());
    });
}
