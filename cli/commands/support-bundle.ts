import type { Command } from 'commander';
import { CliError, NotFoundError, PartialError } from '../errors.ts';
import { countArgument } from '../flags.ts';
import { writePrivateFile } from '../kubeconfig/private-file.ts';
import { parseNameOf } from '../resources.ts';
import { askPart } from '../support/ask-part.ts';
import { Bundle } from '../support/bundle.ts';
import { collectLocal } from '../support/collect-local.ts';
import { collectRemote, type RemoteFacts } from '../support/collect-remote.ts';
import { collectDescriptions } from '../support/describe-text.ts';
import { renderManifest } from '../support/manifest.ts';
import { packArchive } from '../support/write-archive.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';
import { cliVersion } from '../version.ts';

type BundleFlags = { readonly filename?: string; readonly histories: number };

export function registerSupportBundle(command: Command): void {
  command
    .description(
      'Writes one archive with what somebody needs who is to find out what is wrong with a cluster: state, journal,\n' +
        'histories, logs and listings, without secrets. What cannot be had is named in its MANIFEST.txt.',
    )
    .argument('<cluster...>', 'cluster NAME, cluster/NAME or NAME')
    .option('-f, --filename <file>', 'where to (default: slipway-support-NAME-TIME.tar.gz here); "-" is standard output')
    .option('--histories <count>', 'how many histories of workflows, the newest', countArgument(0), 60)
    .action(async (args: readonly string[], flags: BundleFlags) => {
      const name = parseNameOf('cluster', args);
      const writtenAt = new Date();
      const folder = `slipway-support-${name}-${writtenAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
      const bundle = new Bundle();
      const facts = await collect(bundle, name, flags);
      const manifest = renderManifest(bundle, { cluster: name, writtenAt, version: cliVersion(), ...describeFacts(facts) });
      const archive = await packArchive(folder, [{ path: 'MANIFEST.txt', content: manifest }, ...bundle.files()], writtenAt);
      const file = flags.filename ?? `${folder}.tar.gz`;
      if (file === '-') process.stdout.write(archive);
      else writePrivateFile(file, archive);
      writeStory(`wrote ${file === '-' ? 'the bundle' : `${file} (mode 0600)`}: ${bundle.files().length} files, ${archive.length} bytes`);
      tellMissing(bundle, file);
    });
}

async function collect(bundle: Bundle, name: string, { histories }: BundleFlags): Promise<RemoteFacts | undefined> {
  tell("this host's logs and versions");
  await collectLocal(bundle);
  try {
    return await withTemporal(async (session) => {
      const facts = await collectRemote(bundle, (part) => askPart(session, name, part), { histories, tell });
      if (facts !== undefined) await collectDescriptions(bundle, session, { name, isAlive: facts.deletedAt === undefined });
      return facts;
    });
  } catch (error) {
    if (error instanceof NotFoundError || !(error instanceof CliError)) throw error;
    bundle.miss('everything of the cluster', error.facts.what);
    return undefined;
  }
}

function tell(what: string): void {
  writeStory(`collecting ${what}`);
}

function describeFacts(facts: RemoteFacts | undefined): { readonly uid?: string; readonly notes: readonly string[] } {
  if (facts === undefined) return { notes: [] };
  const { uid, deletedAt } = facts;
  return { uid, notes: deletedAt === undefined ? [] : [`The cluster was deleted ${new Date(deletedAt).toISOString()}: what ran in it is gone.`] };
}

/** @throws PartialError where something is missing: a script must not take half a bundle for a whole one */
function tellMissing(bundle: Bundle, file: string): void {
  const missing = bundle.missing();
  if (missing.length === 0) return;
  throw new PartialError({
    what: `${missing.length} ${missing.length === 1 ? 'thing is' : 'things are'} missing in the bundle`,
    ...(file === '-' ? {} : { where: file }),
    unchanged: 'everything else is in it',
    evidence: missing.slice(0, 12).map(({ path, reason }) => `${path}: ${reason}`).join('\n'),
    next: ['MANIFEST.txt in the archive lists all of it'],
  });
}
