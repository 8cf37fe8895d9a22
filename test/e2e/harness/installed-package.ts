import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });

/**
 * Packs the checkout and puts the package below `folder` as `npm install --global` does, with what it
 * depends on, and nothing else, linked from the checkout: no registry is asked. Gives the path of the command.
 */
export async function installPackage(folder: string): Promise<string> {
  const home = join(folder, 'lib', 'node_modules', 'slipway');
  await mkdir(home, { recursive: true });
  await run('npm', ['pack', '--pack-destination', folder], { cwd: checkout, timeout: 120_000, maxBuffer: 16 * 1024 * 1024 });
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error(`npm pack left no package in ${folder}`);
  await run('tar', ['-xzf', join(folder, tarball), '-C', home, '--strip-components=1']);
  await linkDependencies(home);
  const command = join(folder, 'bin', 'slipway');
  await mkdir(dirname(command));
  await symlink(join(home, await binOf(home)), command);
  return command;
}

async function linkDependencies(home: string): Promise<void> {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(checkout, 'package-lock.json'), 'utf8')));
  const needed = Object.entries(packages).filter(([path, { dev }]) => path.lastIndexOf('node_modules/') === 0 && dev !== true);
  await Promise.all(
    needed.map(async ([path]) => {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await symlink(join(checkout, path), join(home, path));
    }),
  );
}

async function binOf(home: string): Promise<string> {
  const { bin } = z.object({ bin: z.object({ slipway: z.string() }) }).parse(JSON.parse(await readFile(join(home, 'package.json'), 'utf8')));
  return bin.slipway;
}
