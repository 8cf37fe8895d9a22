import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { pemLines, needle, type Needle } from './secret-search.ts';

/** Secrets of a manifest that nobody else has, and the list of them to look for. */
export type Canaries = {
  /** A word; remembered under that name. */
  readonly word: (name: string) => string;
  /** A sentence that every encoding writes in another way. */
  readonly sentence: (name: string) => string;
  /** What `mkpasswd` prints. */
  readonly passwordHash: (name: string) => string;
  /** A private key as PEM. */
  readonly privateKey: (name: string) => string;
  readonly needles: () => readonly Needle[];
};

function fresh(): string {
  return `canary${randomBytes(9).toString('hex')}`;
}

export function createCanaries(): Canaries {
  const known: Needle[] = [];
  const remember = (name: string, value: string): string => {
    known.push(needle(name, value));
    return value;
  };
  return {
    word: (name) => remember(name, fresh()),
    sentence: (name) => remember(name, `${fresh()} "söng" 100% \\o/ a+b & c`),
    passwordHash: (name) => `$6$${remember(`${name}: salt`, fresh())}$${remember(`${name}: hash`, fresh())}`,
    privateKey(name) {
      const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const privateKey = key.export({ type: 'sec1', format: 'pem' }).toString();
      pemLines(privateKey).forEach((line, index) => remember(`${name}: line ${index + 1}`, line));
      return privateKey;
    },
    needles: () => known,
  };
}
