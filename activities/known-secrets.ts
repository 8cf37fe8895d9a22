/** What stands where something secret of the manifest was. */
const REMOVED = "[removed: the manifest's]";

/** Below that a line says nothing by itself ("fi", "exit 3"), and removing it would tear holes into every output. */
const shortestLine = 8;
/** What stands around every key; without it, scrubbing would not see the other keys in a text any more. */
const armor = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;
/** Words of a command that look made and not written: "hunter2hunter2", not "kubernetes". */
const word = /[^\s'"`=:;,()<>|&]{12,}/g;

/**
 * Takes what a manifest keeps secret out of output: its own commands run on the Machine and may print
 * what they were given. Scrubbing knows secrets by their form, this one by their text.
 */
export function createKnownSecretFilter(secrets: readonly string[]): (text: string) => string {
  // The longer first, so that nothing is left of a line whose beginning is another one.
  const parts = [...new Set(secrets.flatMap(partsOf))].toSorted((a, b) => b.length - a.length);
  return (text) => parts.reduce((rest, part) => rest.replaceAll(part, REMOVED), text);
}

function partsOf(secret: string): readonly string[] {
  const lines = secret.split('\n').map((line) => line.trim());
  const words = secret.match(word) ?? [];
  return [...lines.filter((line) => line.length >= shortestLine && !armor.test(line)), ...words.filter((each) => /\d/.test(each) && /[a-z]/i.test(each))];
}
