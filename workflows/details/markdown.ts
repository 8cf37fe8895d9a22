/**
 * Markdown for Temporal's Web UI, which passes it to a page of its own in that page's address: texts
 * stay short. Everything that did not come from this code is escaped.
 */

/** Text that means itself, on one line: of a reason, a name, an error. */
export function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|~&]/g, (character) => `\\${character}`);
}

/** A block shown as it is; its fence is longer than any in the text. */
export function verbatim(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text.trimEnd()}\n${fence}`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The Web UI's page of a workflow's newest run. */
export function workflowLink({ id, namespace, text = id }: { readonly id: string; readonly namespace: string; readonly text?: string }): string {
  return `[${plain(text)}](/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(id)})`;
}

/** "11:37:45Z" of epoch milliseconds. */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)}Z`;
}

/** "2026-11-21 11:37:45Z" of epoch milliseconds: what is written now is read later, so ages would be wrong. */
export function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)} ${clock(at)}`;
}

/** Paragraphs, the absent ones left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

/** A title that the server accepts: one line of at most 200 characters. */
export function summaryLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
