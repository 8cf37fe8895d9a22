import { setTimeout as delay } from 'node:timers/promises';

export type WrittenSequence = {
  /** In the order in which they were acknowledged. */
  readonly acknowledged: readonly string[];
  readonly refused: number;
};

/** A client that writes a sequence all the time; `written` is up to date at every moment. */
export function startWriting(write: (key: string) => Promise<unknown>, everyMs = 20): { readonly written: WrittenSequence; readonly stop: () => Promise<WrittenSequence> } {
  const acknowledged: string[] = [];
  const counted = { acknowledged, refused: 0 };
  const ended = new AbortController();
  const writing = (async () => {
    for (let index = 0; !ended.signal.aborted; index += 1) {
      const ok = await write(String(index)).then(
        () => true,
        () => false,
      );
      if (ok) acknowledged.push(String(index));
      else counted.refused += 1;
      await delay(everyMs);
    }
  })();
  return {
    written: counted,
    stop: async () => {
      ended.abort();
      await writing;
      return counted;
    },
  };
}
