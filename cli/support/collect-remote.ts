import type { SupportAnswer, SupportPart } from '../../domain/support.ts';
import { CliError, NotFoundError } from '../errors.ts';
import type { Bundle } from './bundle.ts';

/** Asks a worker for one part. */
export type AskPart = (part: SupportPart) => Promise<SupportAnswer>;

/** A few at a time: two cores are enough for what is asked, not for all of it at once. */
const atOnce = 4;

export type RemoteFacts = { readonly uid: string; readonly deletedAt?: number };

/**
 * Everything that only a worker can tell. A part that cannot be had is named and the others go on.
 * @throws NotFoundError where the store has never known the cluster: there is nothing to bundle
 */
export async function collectRemote(bundle: Bundle, ask: AskPart, options: { readonly histories: number; readonly tell: (what: string) => void }): Promise<RemoteFacts | undefined> {
  const take = async (name: string, part: SupportPart): Promise<SupportAnswer | undefined> => {
    try {
      const answer = await ask(part);
      answer.files.forEach((file) => bundle.add(file));
      answer.missing.forEach(({ path, reason }) => bundle.miss(path, reason));
      return answer;
    } catch (error) {
      if (error instanceof NotFoundError) throw error;
      bundle.miss(name, error instanceof CliError ? error.facts.what : String(error));
      return undefined;
    }
  };

  options.tell('what the store holds');
  const stored = await take('store/', { kind: 'store' });
  if (stored === undefined) {
    for (const name of ['state.json', 'kubernetes/', 'etcd-members.json', 'machines/', 'histories/']) bundle.miss(name, 'no worker answered');
    return undefined;
  }
  const { uid, machines, deletedAt } = stored;
  const isAlive = deletedAt === undefined;
  const parts: readonly (readonly [name: string, part: SupportPart])[] = [
    ['state.json', { kind: 'state' }],
    ...(isAlive ? ([['kubernetes/', { kind: 'kubernetes' }], ['etcd-members.json', { kind: 'etcd' }]] as const) : []),
    ...machines.map((machine) => [`machines/${machine}/`, { kind: 'machine', machine }] as const),
  ];
  options.tell(`its state and ${machines.length} Machines`);
  const queue = [...parts];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await take(...next);
  };
  await Promise.all(Array.from({ length: atOnce }, work));

  options.tell("the histories of its workflows");
  for (let from: number | undefined = 0; from !== undefined; ) {
    const answer = await take('histories/', { kind: 'histories', from, count: options.histories });
    from = answer?.next;
  }
  return { uid, ...(deletedAt === undefined ? {} : { deletedAt }) };
}
