import { CliError } from '../errors.ts';
import type { Colors } from '../terminal.ts';

/** What failed, where, what stayed unchanged, what to do next; a stranger's error is shown as it is. `verbose`: its causes and stacks. */
export function renderError(error: unknown, colors: Colors, { verbose = false }: { readonly verbose?: boolean } = {}): string {
  const what = error instanceof Error ? error.message : String(error);
  const lines = [`${colors.red(colors.bold('Error:'))} ${what}`];
  if (error instanceof CliError) {
    const { where, unchanged, evidence, next = [] } = error.facts;
    if (where !== undefined) lines.push(labelled('where:', where, colors));
    if (unchanged !== undefined) lines.push(labelled('unchanged:', unchanged, colors));
    if (evidence !== undefined) lines.push(...evidence.trimEnd().split('\n').map((line) => colors.dim(`    ${line}`)));
    next.forEach((step, index) => lines.push(labelled(index === 0 ? 'next:' : '', step, colors)));
  }
  if (verbose) lines.push(...stacksOf(error).map((line) => colors.dim(line)));
  return `${lines.join('\n')}\n`;
}

function stacksOf(error: unknown): readonly string[] {
  const lines: string[] = [];
  for (let current = error, depth = 0; current instanceof Error && depth < 10; current = current.cause, depth += 1) {
    const text = current.stack ?? `${current.name}: ${current.message}`;
    lines.push(...`${depth === 0 ? '' : 'caused by: '}${text}`.split('\n').map((line) => `    ${line}`));
  }
  return lines;
}

function labelled(label: string, text: string, colors: Colors): string {
  const [first = '', ...more] = text.split('\n');
  return [`  ${colors.dim(label.padEnd(10))} ${first}`, ...more.map((line) => `  ${' '.repeat(10)} ${line}`)].join('\n');
}
