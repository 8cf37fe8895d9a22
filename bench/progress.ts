/** A line for whoever watches; results alone go to standard output. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Ctrl-C reaches the command that runs at that moment as well: it fails, and what was made is removed. */
export function removeOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => say(`${signal}: stopping when the command that runs has ended`));
}
