import type { BootstrapFile, BootstrapSpec, DesiredCluster, SecretValue } from '../../api/desired-cluster.ts';
import type { Machine } from '../../domain/machine.ts';
import { findOwner } from '../../domain/owner.ts';
import { bootCommandsPath, bootstrapFolder, bootUnitPath, postKubeadmPath, preKubeadmPath, usersPath } from '../../domain/kubeadm/paths.ts';
import { bootUnit, renderMounts, startBootCommands } from '../../domain/kubeadm/render-machine.ts';
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
  const files = await Promise.all(spec.files.map((file) => writtenFile(file, resolve)));
  const revealAll = (values: readonly SecretValue[]): Promise<readonly string[]> => Promise.all(values.map((value) => reveal(value, resolve)));
  const [pre, post, boot] = await Promise.all([spec.preKubeadmCommands, spec.postKubeadmCommands, spec.bootCommands ?? []].map(revealAll));
  const passwords = await Promise.all(spec.users.map(async ({ passwd }) => (passwd === undefined ? undefined : reveal(passwd, resolve))));
  const setUp = [
    ...(boot === undefined || boot.length === 0 ? [] : [startBootCommands]),
    ...(spec.mounts === undefined ? [] : [renderMounts(spec.mounts)]),
    ...(spec.users.length === 0 ? [] : [renderUsers(spec.users, passwords)]),
  ];
  return [
    ...script(bootCommandsPath, boot ?? []),
    ...(boot === undefined || boot.length === 0 ? [] : [{ path: bootUnitPath, content: bootUnit, mode: '0644' }]),
    ...script(usersPath, setUp),
    ...script(preKubeadmPath, pre ?? []),
    ...script(postKubeadmPath, post ?? []),
    ...files,
  ];
}

async function writtenFile(file: BootstrapFile, resolve: (ref: string) => Promise<string>): Promise<RemoteFile> {
  const { path, permissions: mode, owner, append, binary } = file;
  const text = await reveal(file.content, resolve);
  return { path, content: binary === true ? Buffer.from(text, 'base64') : text, mode, owner, append };
}

function bootstrapSpec(desired: DesiredCluster, machine: Machine): BootstrapSpec {
  const owner = findOwner(desired, machine);
  if (owner === undefined) throw new Error(`Machine ${machine.name} belongs to MachineDeployment ${machine.owner}, which is not desired`);
  return owner.bootstrap;
}

function script(path: string, commands: readonly string[]): readonly RemoteFile[] {
  return commands.length === 0 ? [] : [{ path, content: `${commands.join('\n')}\n`, mode: '0700' }];
}

async function reveal(value: SecretValue, resolve: (ref: string) => Promise<string>): Promise<string> {
  if ('ref' in value) return resolve(value.ref);
  // Admission turns every secret into a reference before a workflow sees it.
  throw new Error(`a value under ${bootstrapFolder} was not admitted: it is ${'sealed' in value ? 'still sealed' : 'in plain text'}`);
}
