import { printable } from './printable.ts';

/** Markup that was made here: everything else is text, and is escaped where it goes in. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type HtmlValue = Html | string | number | readonly HtmlValue[];

/**
 * A template of markup. What is put into it becomes text, or the value of an attribute in double
 * quotes, whatever it says; only another template stays markup.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((text, index) => (index < values.length ? text + markupOf(values[index] ?? '') : text)).join(''));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

function markupOf(value: HtmlValue): string {
  if (value instanceof Html) return value.markup;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return printable(value).replaceAll(/[&<>"'`]/g, (character) => entities[character] ?? '');
  return value.map(markupOf).join('');
}
