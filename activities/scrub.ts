import { createPrivateKeyFilter, removePrivateKeys } from './private-key-blocks.ts';

/**
 * Takes key material and tokens out of text that goes into an error, a log or a heartbeat.
 *
 * It is the last line of defence, not the first: secrets are kept out of commands to begin with.
 * When in doubt it removes too much: a container's ID (64 hex digits) looks like a kubeadm
 * certificate key, and goes as well, unless it stands as a digest ("sha256:…").
 */

type Rule = { readonly pattern: RegExp; readonly replacement: string };

const removed = (what: string): string => `[removed: ${what}]`;

/** A value is what follows; a bare word is none ("token is expired" stays readable). */
const NAMED_VALUE = [
  String.raw`((?:--|\b)(?:token|tls-bootstrap-token|certificate-?key|password|passwd|client-secret|secret-?access-?key)`,
  String.raw`["']?(?:\s*[:=]\s*["']?|\s+(?=[a-f0-9]{32})))`,
  String.raw`(?!\[removed)[^\s"',;}\]]+`,
].join('');

/** In this order: the longer shape first, so that what is left of it does not match a smaller one. */
const RULES: readonly Rule[] = [
  // A PEM block and a JSON web token inside base64: "-----BEGIN" and '{"' always begin like this.
  { pattern: /LS0tLS1CRUdJT[A-Za-z0-9+/=]*/g, replacement: removed('base64 PEM') },
  { pattern: /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, replacement: removed('web token') },
  {
    pattern: /((?:client-key|client-certificate|certificate-authority)-data["']?\s*[:=]\s*["']?)[A-Za-z0-9+/=]+/g,
    replacement: `$1${removed('kubeconfig data')}`,
  },
  { pattern: /\b(Bearer|Basic) +(?!\[removed)[\w.~+/=-]{8,}/gi, replacement: `$1 ${removed('credential')}` },
  { pattern: new RegExp(NAMED_VALUE, 'gi'), replacement: `$1${removed('credential')}` },
  { pattern: /(?<![a-z0-9])[a-z0-9]{6}\.[a-z0-9]{16}(?![a-z0-9])/g, replacement: removed('bootstrap token') },
  { pattern: /(?<![a-zA-Z0-9]|sha256:)[a-fA-F0-9]{64}(?![a-zA-Z0-9])/g, replacement: removed('64 hex digits') },
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
