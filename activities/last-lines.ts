/**
 * The end of a command's output, for an error or a table: at most `count` lines that are not blank,
 * each cut after `maxLineLength` characters (default 400), without trailing white space. Does not
 * scrub: an error's class does.
 */
export function lastLines(text: string, count: number, maxLineLength = 400): string {
  if (count < 1) {
    return '';
  }
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .map((line) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength)} …` : line))
    .join('\n');
}
