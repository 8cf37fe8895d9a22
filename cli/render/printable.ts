/** What a terminal or a browser would act on instead of showing it: control characters, and marks that turn the writing. */
const unprintable = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Text of somebody else's, fit to be shown: a reason, a command's output. Line ends and tabs stay. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(unprintable, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

/** The same on one line, cut to `width` characters. */
export function printableLine(text: string, width = 200): string {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim();
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}
