import { DEFAULT_FILE } from './defaults.ts';
import type { BootstrapFile, BootstrapSpec, BootstrapUser, SecretValue } from './desired-cluster.ts';
import { decodeContent } from './file-content.ts';
import { decodeText, readSecretData } from './provided-data.ts';
import { ofKind, type Resource } from './read-resources.ts';
import type { ControlPlaneConfigManifest, WorkerConfigManifest } from './schema/kubeadm-config.ts';
import { withoutEmpty } from './without-empty.ts';

type ConfigManifest = ControlPlaneConfigManifest | WorkerConfigManifest;
type FileManifest = NonNullable<ConfigManifest['files']>[number];
type UserManifest = NonNullable<ConfigManifest['users']>[number];
type Source = { readonly secret: { readonly name: string; readonly key: string } };

/** What a Secret of the manifest holds; empty only where a check before has found that it is not there. */
type ReadSecret = (source: Source) => Uint8Array;

const plain = (text: string): SecretValue => ({ plain: text });

const convertFile = (file: FileManifest, readSecret: ReadSecret): BootstrapFile => {
  const { path, owner, permissions, append, encoding = '', content = '', contentFrom } = file;
  const written = contentFrom === undefined ? new TextEncoder().encode(content) : readSecret(contentFrom);
  const bytes = decodeContent(written, encoding) ?? new Uint8Array();
  const text = decodeText(bytes);
  return {
    path,
    owner: owner ?? DEFAULT_FILE.owner,
    permissions: permissions?.padStart(4, '0') ?? DEFAULT_FILE.permissions,
    content: plain(text ?? Buffer.from(bytes).toString('base64')),
    ...(text === undefined ? { binary: true as const } : {}),
    append: append ?? false,
  };
};

const convertUser = (user: UserManifest, readSecret: ReadSecret): BootstrapUser => {
  const { name, passwd, passwdFrom, sshAuthorizedKeys, lockPassword, inactive } = user;
  const { shell, groups, sudo, gecos, homeDir, primaryGroup } = user;
  const hash = passwdFrom === undefined ? passwd : decodeText(readSecret(passwdFrom))?.trimEnd();
  return {
    name,
    ...withoutEmpty({ shell, groups, sudo, gecos, homeDir, primaryGroup }),
    ...(hash === undefined || hash === '' ? {} : { passwd: plain(hash) }),
    ...(lockPassword === undefined ? {} : { lockPassword }),
    ...(inactive === true ? { inactive } : {}),
    sshAuthorizedKeys: sshAuthorizedKeys ?? [],
  };
};

/** What a KubeadmConfigSpec wants on its machines beside kubeadm. */
export const convertBootstrap = (resources: readonly Resource[], manifest: ConfigManifest): BootstrapSpec => {
  const readSecret: ReadSecret = ({ secret }) => {
    const found = ofKind(resources, 'Secret').find(({ name }) => name === secret.name)?.manifest;
    return (found === undefined ? undefined : readSecretData(found).get(secret.key)) ?? new Uint8Array();
  };
  const { files = [], users = [], preKubeadmCommands = [], postKubeadmCommands = [], bootCommands, mounts, verbosity } = manifest;
  return {
    files: files.map((file) => convertFile(file, readSecret)),
    users: users.map((user) => convertUser(user, readSecret)),
    preKubeadmCommands: preKubeadmCommands.map(plain),
    postKubeadmCommands: postKubeadmCommands.map(plain),
    ...withoutEmpty({ bootCommands: bootCommands?.map(plain), mounts, verbosity }),
  };
};
