/** What must not be found, or, as a control, must. */
export type Needle = { readonly name: string; readonly value: Buffer };
/** Where is looked. */
export type Source = { readonly name: string; readonly bytes: Buffer };

export function needle(name: string, value: string | Uint8Array): Needle {
  const bytes = Buffer.from(value);
  // Below that a hit means nothing.
  if (bytes.length < 12) throw new RangeError(`${name} is too short to be looked for`);
  return { name, value: bytes };
}

export function source(name: string, content: string | Uint8Array): Source {
  return { name, bytes: Buffer.from(content) };
}

/** "NAME as ENCODING in SOURCE" for each hit; never the value itself. */
export function search(sources: readonly Source[], needles: readonly Needle[]): readonly string[] {
  return needles.flatMap(({ name, value }) =>
    encodings(value).flatMap(([encoding, encoded]) =>
      sources.filter(({ bytes }) => bytes.includes(encoded)).map((found) => `${name} as ${encoding} in ${found.name}`),
    ),
  );
}

/** The forms in which a text travels; those that come out the same are looked for once. */
export function encodings(value: Buffer): readonly (readonly [encoding: string, encoded: Buffer])[] {
  const text = value.toString('utf8');
  const json = JSON.stringify(text).slice(1, -1);
  const base64 = [0, 1, 2].map((offset) => [`base64+${offset}`, base64Core(value, offset)] as const);
  const all: readonly (readonly [string, string | Buffer])[] = [
    ['plain', value],
    ...base64,
    ...base64.map(([name, core]) => [name.replace('base64', 'base64url'), core.replaceAll('+', '-').replaceAll('/', '_')] as const),
    ['JSON', json],
    ['JSON in JSON', JSON.stringify(json).slice(1, -1)],
    ['JSON in ASCII', json.replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)],
    ['URL', encodeURIComponent(text)],
    ['form', encodeURIComponent(text).replaceAll('%20', '+')],
    ['hex', value.toString('hex')],
    ['HEX', value.toString('hex').toUpperCase()],
  ];
  const forms = new Map<string, readonly [string, Buffer]>();
  for (const [encoding, form] of all) {
    const encoded = Buffer.from(form);
    const key = encoded.toString('latin1');
    if (!forms.has(key)) forms.set(key, [encoding, encoded]);
  }
  return [...forms.values()];
}

/**
 * The base64 of a value that stands somewhere within a longer one: what its neighbours share in the
 * first and the last group depends on them, and is left out.
 */
function base64Core(value: Buffer, offset: number): string {
  const skipped = offset === 0 ? 0 : 3 - offset;
  const whole = value.subarray(skipped, value.length - ((value.length - skipped) % 3));
  return whole.toString('base64');
}

/** The lines between BEGIN and END of all PEM blocks in a text. */
export function pemLines(pem: string): readonly string[] {
  return pem.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
}
