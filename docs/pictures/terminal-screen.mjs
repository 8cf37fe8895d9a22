// @ts-check
/** A terminal's screen as HTML, from what a program wrote to it: as much of one as Slipway's live tree needs. */

/** @typedef {{text: string, style: string}} Cell */

const colors = ['#1e1e1e', '#f14c4c', '#23d18b', '#e5e510', '#3b8eea', '#d670d6', '#29b8db', '#e5e5e5'];

/**
 * @param {string} written
 * @returns {string} a line of HTML for each row, up to the last that is not empty
 */
export function screenHtml(written) {
  /** @type {Cell[][]} */
  const rows = [[]];
  let [row, column, style] = [0, 0, new Style()];
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with one
  for (const [, parameters, command, control, text] of written.matchAll(/\x1b\[([\d;?]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)/g)) {
    if (command !== undefined) {
      const count = Number(parameters || 1);
      if (command === 'A') row = Math.max(0, row - count);
      if (command === 'B') row += count;
      if (command === 'G') column = count - 1;
      if (command === 'K') (rows[row] ??= []).length = parameters === '2' ? 0 : Math.min(rows[row]?.length ?? 0, column);
      if (command === 'm') style = style.with((parameters ?? '').split(';').map(Number));
    } else if (control === '\n') row += 1;
    else if (control === '\r') column = 0;
    for (const character of text ?? '') {
      const line = (rows[row] ??= []);
      while (line.length < column) line.push({ text: ' ', style: '' });
      line[column] = { text: character, style: style.css() };
      column += 1;
    }
  }
  // A row that the cursor only passed has no cells.
  const lines = Array.from(rows, (/** @type {Cell[] | undefined} */ cells) => (cells ?? []).map(({ text, style: css }) => `<span style="${css}">${escape(text)}</span>`).join(''));
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1).join('\n');
}

class Style {
  bold = false;
  dim = false;
  color = '';

  /** @param {readonly number[]} codes of "select graphic rendition" */
  with(codes) {
    const next = Object.assign(new Style(), this);
    for (const code of codes) {
      if (code === 0) Object.assign(next, new Style());
      if (code === 1) next.bold = true;
      if (code === 2) next.dim = true;
      if (code === 22) next.bold = next.dim = false;
      if (code === 39) next.color = '';
      if (code >= 30 && code <= 37) next.color = colors[code - 30] ?? '';
    }
    return next;
  }

  css() {
    return [this.bold ? 'font-weight:bold' : '', this.dim ? 'opacity:.6' : '', this.color === '' ? '' : `color:${this.color}`].filter(Boolean).join(';');
  }
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
