/** What stands where a private key was. */
const REMOVED = '[removed: private key]';

const BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;
const END = /-----END [A-Z0-9 ]*PRIVATE KEY-----/;

/** A body on one line, its line ends escaped. */
const BODY_BEFORE = /(?<![A-Za-z0-9+/= ])(?:\\+[nr]|[A-Za-z0-9+/= ])+$/;
const BODY_AFTER = /^(?:\\+[nr]|[A-Za-z0-9+/= ])+/;

/**
 * Follows private keys in PEM through text line by line. Output is often cut to its last lines, so a
 * block without its end, or without its beginning, is one too.
 */
export type PrivateKeyFilter = {
  /** What may be shown of this line; undefined where it lies inside a key. */
  readonly filter: (line: string) => string | undefined;
};

/** A line of a key's body, alone or behind a log's prefix. Anything else ends a block that has no END. */
function isKeyBody(line: string): boolean {
  const text = line.trim();
  return /^[A-Za-z0-9+/=]*$/.test(text) || /[A-Za-z0-9+/=]{20}/.test(text) || /^(?:Proc-Type|DEK-Info):/.test(text);
}

export function createPrivateKeyFilter(): PrivateKeyFilter {
  let inside = false;

  const filter = (line: string): string | undefined => {
    if (inside) {
      const end = END.exec(line);
      if (end !== null) {
        inside = false;
        const rest = line.slice(end.index + end[0].length);
        return rest === '' ? undefined : filter(rest);
      }
      if (isKeyBody(line)) {
        return undefined;
      }
      inside = false;
    }
    const begin = BEGIN.exec(line);
    const end = END.exec(line);
    if (end !== null && (begin === null || end.index < begin.index)) {
      const before = line.slice(0, end.index).replace(BODY_BEFORE, '');
      return `${before}${REMOVED}${filter(line.slice(end.index + end[0].length)) ?? ''}`;
    }
    if (begin === null) {
      return line;
    }
    const before = line.slice(0, begin.index);
    const after = line.slice(begin.index + begin[0].length);
    if (END.test(after)) {
      inside = true;
      return `${before}${REMOVED}${filter(after) ?? ''}`;
    }
    const rest = after.replace(BODY_AFTER, '');
    // Text after the key's characters, as in JSON with line ends escaped: the block was cut, and is over.
    inside = rest === '';
    return `${before}${REMOVED}${rest}`;
  };

  return { filter };
}

/** The text without private keys, those with a missing end or beginning included. */
export function removePrivateKeys(text: string): string {
  const { filter } = createPrivateKeyFilter();
  const kept: string[] = [];
  for (const line of text.split('\n')) {
    if (END.test(line) && !BEGIN.test(line)) {
      // The beginning was cut off: what stands above is the body, unless the filter took it already.
      while (kept.length > 0 && /^\s*[A-Za-z0-9+/=]+\s*$/.test(kept.at(-1) ?? '')) {
        kept.pop();
      }
    }
    const shown = filter(line);
    if (shown !== undefined) {
      kept.push(shown);
    }
  }
  return kept.join('\n');
}
