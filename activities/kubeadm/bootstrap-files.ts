import type { BootstrapSpec, DesiredCluster, SecretValue } from '../../api/desired-cluster.ts';
import type { Machine } from '../../domain/machine.ts';
import { bootstrapFolder, postKubeadmPath, preKubeadmPath, usersPath } from '../../domain/kubeadm/paths.ts';
import { renderUsers } from '../../domain/kubeadm/render-users.ts';
import type { RemoteFile } from '../seams/command-runner.ts';

/**
 * What the manifest wants on a Machine beside kubeadm: files, users, commands. Secrets are looked up
 * here and go into files only; a script of the user's is run from its file, so nothing shows in argv.
 */
export async function userFiles(request: {
  readonly desired: DesiredCluster;
  readonly machine: Machine;
  readonly resolve: (ref: string) => Promise<string>;
}): Promise<readonly RemoteFile[]> {
  const { resolve } = request;
  const spec = bootstrapSpec(request.desired, request.machine);
  const files = await Promise.all(
    spec.files.map(async (file) => ({
      path: file.path,
      content: await reveal(file.content, resolve),
      mode: file.permissions,
      owner: file.owner,
      append: file.append,
    })),
  );
  const pre = await Promise.all(spec.preKubeadmCommands.map((command) => reveal(command, resolve)));
  const post = await Promise.all(spec.postKubeadmCommands.map((command) => reveal(command, resolve)));
  const passwords = await Promise.all(spec.users.map(async ({ passwd }) => (passwd === undefined ? undefined : reveal(passwd, resolve))));
  return [
    ...script(usersPath, spec.users.length === 0 ? [] : [renderUsers(spec.users, passwords)]),
    ...script(preKubeadmPath, pre),
    ...script(postKubeadmPath, post),
    ...files,
  ];
}

function bootstrapSpec(desired: DesiredCluster, machine: Machine): BootstrapSpec {
  if (machine.role === 'control-plane') return desired.controlPlane.bootstrap;
  const deployment = desired.machineDeployments.find((candidate) => candidate.name === machine.owner);
  if (deployment === undefined) throw new Error(`Machine ${machine.name} belongs to MachineDeployment ${machine.owner}, which is not desired`);
  return deployment.bootstrap;
}

function script(path: string, commands: readonly string[]): readonly RemoteFile[] {
  return commands.length === 0 ? [] : [{ path, content: `${commands.join('\n')}\n`, mode: '0700' }];
}

async function reveal(value: SecretValue, resolve: (ref: string) => Promise<string>): Promise<string> {
  if ('ref' in value) return resolve(value.ref);
  // Admission turns every secret into a reference before a workflow sees it.
  throw new Error(`a value under ${bootstrapFolder} was not admitted: it is ${'sealed' in value ? 'still sealed' : 'in plain text'}`);
}
