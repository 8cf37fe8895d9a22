const startedAt = performance.now();

/** One line of what a test is doing, with the seconds since its file began: long tests must not be silent. */
export function note(text: string): void {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${text}\n`);
}
