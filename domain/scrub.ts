import { createPrivateKeyFilter, removePrivateKeys } from './private-key-blocks.ts';

/**
 * Takes key material and tokens out of text that goes into an error, a log or a heartbeat.
 *
 * It is the last line of defence, not the first: secrets are kept out of commands to begin with.
 * When in doubt it removes too much: a container's ID (64 hex digits) looks like a kubeadm
 * certificate key, and goes as well, unless it stands as a digest ("sha256:…"). JSON stays JSON.
 */

type Rule = { readonly pattern: RegExp; readonly replacement: string };

const removed = (what: string): string => `[removed: ${what}]`;

const SECRET_NAME = `(?:${[
  'token',
  'tls-bootstrap-token',
  'certificate-?key',
  'passw(?:or)?d',
  'client-secret',
  'secret-?access-?key',
  // A kubeconfig's.
  'client-key-data',
  'client-certificate-data',
  'certificate-authority-data',
].join('|')})`;

/** What comes first in a word; in JSON the letter of an escaped line end stands before it: "\\npassword". */
const BEGIN = String.raw`(?:(?<![a-zA-Z0-9_])|(?<=\\[nrt]))`;

/** `"password": 4711`, where a bare replacement would not be JSON any more. */
const NAMED_NUMBER = new RegExp(String.raw`("${SECRET_NAME}"\s*:\s*)(?!null|true|false)[\w.+-]+`, 'gi');

/** A value is what follows; a bare word is none ("token is expired" stays readable). */
const NAMED_VALUE = new RegExp(
  [
    // The quotes may be escaped: JSON inside JSON.
    String.raw`((?:--|${BEGIN})${SECRET_NAME}(?:\\*["'])?(?:\s*[:=]\s*(?:\\*["'])?|\s+(?=[a-f0-9]{32})))`,
    // Stops before an escape: text that is JSON stays JSON.
    String.raw`(?![[{]|(?:null|true|false)\b)(?:[^\s"'\\,;}\]]|(?:\\\\)+(?![\\"'])|\\(?![\\"'/bfnrtu]))+`,
  ].join(''),
  'gi',
);

/** In this order: the longer shape first, so that what is left of it does not match a smaller one. */
const RULES: readonly Rule[] = [
  // A PEM block and a JSON web token inside base64: "-----BEGIN" and '{"' always begin like this.
  { pattern: /LS0tLS1CRUdJT[A-Za-z0-9+/=]*/g, replacement: removed('base64 PEM') },
  { pattern: new RegExp(String.raw`${BEGIN}eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?`, 'g'), replacement: removed('web token') },
  { pattern: new RegExp(String.raw`${BEGIN}(Bearer|Basic) +(?!\[removed)[\w.~+/=-]{8,}`, 'gi'), replacement: `$1 ${removed('credential')}` },
  { pattern: NAMED_NUMBER, replacement: `$1"${removed('credential')}"` },
  { pattern: NAMED_VALUE, replacement: `$1${removed('credential')}` },
  { pattern: /(?:(?<![a-z0-9])|(?<=\\[nrt]))[a-z0-9]{6}\.[a-z0-9]{16}(?![a-z0-9])/g, replacement: removed('bootstrap token') },
  { pattern: /(?:(?<![a-zA-Z0-9]|sha256:)|(?<=\\[nrt]))[a-fA-F0-9]{64}(?![a-zA-Z0-9])/g, replacement: removed('64 hex digits') },
];

function applyRules(text: string): string {
  return RULES.reduce((rest, rule) => rest.replace(rule.pattern, rule.replacement), text);
}

/** The same text without key material and tokens. Scrubbing twice changes nothing more. */
export function scrub(text: string): string {
  return applyRules(removePrivateKeys(text));
}

/**
 * For output that comes line by line: remembers across lines that a private key's block is open.
 * Undefined where nothing of the line may be shown.
 */
export function createLineScrubber(): (line: string) => string | undefined {
  const { filter } = createPrivateKeyFilter();
  return (line) => {
    const shown = filter(line);
    return shown === undefined ? undefined : applyRules(shown);
  };
}
