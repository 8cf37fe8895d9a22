/** What a message may show of a manifest: values that may be secrets never. */

export const HIDDEN = '(hidden)';

/** Fields whose text, or any text below, may be a secret; the last three wherever a lost indentation puts them. */
const SECRET_FIELDS = new Set([
  'files',
  'users',
  'preKubeadmCommands',
  'postKubeadmCommands',
  'bootCommands',
  'bootstrapTokens',
  'discovery',
  'ignition',
  'data',
  'stringData',
  'content',
  'passwd',
  'token',
]);
/** Fields below the former that hold no secret, and whose values help to find a mistake. */
const HARMLESS_FIELDS = new Set(['path', 'owner', 'permissions', 'encoding', 'append', 'name', 'shell', 'groups']);
/** One short word: a secret that slipped into a harmless field (a folded line, say) does not look like this. */
const SHORT_WORD = /^[\w./:@+-]{1,64}$/;

const LOOKS_SECRET = [
  /-----BEGIN/,
  /PRIVATE KEY/,
  // kubeadm's bootstrap tokens
  /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/,
  // crypt(3) hashes
  /\$(1|2[aby]?|5|6|y|gy)\$/,
  // JSON Web Tokens
  /\beyJ[\w-]{10,}\./,
  // credentials of clouds and forges
  /\b(AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{20,}|xox[abprs]-[\w-]{10,})/,
  // user:password@ in an address
  /:\/\/[^\s/:@]+:[^\s/@]+@/,
];

export const looksSecret = (text: string): boolean => LOOKS_SECRET.some((pattern) => pattern.test(text));

const SECRET_WORD =
  /(^|[-_./])(password|passwd|passphrase|secret|token|credentials?|api-?key|access-?key|private-?key)s?($|[-_./])/i;

/** Whether a label's or an argument's own name says that its value is a secret. */
export const isSecretName = (key: string): boolean => SECRET_WORD.test(key.replace(/([a-z])([A-Z])/g, '$1-$2'));

export const isSecretPath = (path: readonly PropertyKey[]): boolean =>
  path.some((part) => typeof part === 'string' && SECRET_FIELDS.has(part));

/** Characters that change what a terminal shows: controls, line separators, direction marks. */
// oxlint-disable-next-line no-control-regex -- finding control characters is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** One printable line of limited length: what a manifest says must not reach a terminal as it is. */
export const toPrintable = (text: string, maxLength: number): string => {
  const short = text.length > maxLength ? `${text.slice(0, maxLength - 3)}...` : text;
  return short.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
};

/** The value as a message shows it; undefined for what is too large to show (maps, lists). */
export const showValue = (path: readonly PropertyKey[], value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  if (isSecretPath(path)) {
    const field = path.findLast((part) => typeof part === 'string');
    const isHarmless = typeof field === 'string' && HARMLESS_FIELDS.has(field);
    if (!isHarmless || typeof value !== 'string' || !SHORT_WORD.test(value)) return HIDDEN;
  }
  if (typeof value === 'string') {
    const named = path.some((part) => typeof part === 'string' && isSecretName(part));
    if (named || looksSecret(value)) return HIDDEN;
    return toPrintable(JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value), 500);
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return undefined;
};

/** A field's name as a message shows it. A secret's own lines become names when their indentation is lost. */
export const showKey = (path: readonly PropertyKey[], key: string): string => {
  const isPlain = /^[A-Za-z][\w./-]{0,62}$/.test(key) && !looksSecret(key);
  return isPlain && !isSecretPath(path) ? key : HIDDEN;
};

/** "spec.files[0].path"; keys that are not plain words stand in brackets, as in Kubernetes. */
export const formatPath = (path: readonly PropertyKey[]): string =>
  path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const text = toPrintable(String(part), 80);
      if (!/^[\w-]+$/.test(text)) return `[${text}]`;
      return index === 0 ? text : `.${text}`;
    })
    .join('');
