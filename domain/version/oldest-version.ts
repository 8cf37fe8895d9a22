import { compareVersions } from '../../api/validation/versions.ts';
import { readVersion } from './minors.ts';

type Versioned = { readonly version: string };

/** undefined: of none. */
export function oldestVersion(list: readonly Versioned[]): string | undefined {
  return list.map(({ version }) => version).reduce<string | undefined>((oldest, version) => (oldest === undefined ? version : older(oldest, version)), undefined);
}

/** undefined: of none. */
export function newestVersion(list: readonly Versioned[]): string | undefined {
  return list.map(({ version }) => version).reduce<string | undefined>((newest, version) => (newest === undefined || older(newest, version) === newest ? version : newest), undefined);
}

/** The older one of two; the first where they are the same. */
export function older(a: string, b: string): string {
  return compareVersions(readVersion(a), readVersion(b)) <= 0 ? a : b;
}
