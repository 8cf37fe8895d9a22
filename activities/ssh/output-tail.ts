/** Bytes of a command's output that are kept: the contract of CommandResult. */
export const OUTPUT_LIMIT = 64 * 1024;

/** Keeps the end of a stream. */
export type OutputTail = {
  readonly append: (chunk: Buffer) => void;
  /** As UTF-8; a character cut at the beginning is left out, other bytes that are no UTF-8 become U+FFFD. */
  readonly text: () => string;
};

export function createOutputTail(limit = OUTPUT_LIMIT): OutputTail {
  let chunks: Buffer[] = [];
  let length = 0;
  let cut = false;

  const compact = (): Buffer => {
    const whole = Buffer.concat(chunks, length);
    const tail = whole.subarray(Math.max(0, whole.length - limit));
    cut ||= tail.length < whole.length;
    // A copy, lest the kept view holds on to everything before it.
    chunks = [Buffer.from(tail)];
    length = tail.length;
    return tail;
  };

  return {
    append: (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      // Compacting at twice the limit copies each byte about once, however small the chunks are.
      if (length > 2 * limit) {
        compact();
      }
    },
    text: () => {
      const tail = compact();
      return tail.toString('utf8', cut ? firstCharacterAt(tail) : 0);
    },
  };
}

/** Where the first whole UTF-8 character begins: after at most three continuation bytes. */
function firstCharacterAt(bytes: Buffer): number {
  const start = bytes.subarray(0, 4).findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, start);
}
