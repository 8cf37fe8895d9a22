import { scrub } from '../../domain/scrub.ts';
import type { MissingFile, SupportFile } from '../../domain/support.ts';

/** What goes into a support bundle, gathered from all sides; nothing gets in without being scrubbed. */
export class Bundle {
  readonly #files = new Map<string, string>();
  readonly #missing: MissingFile[] = [];

  add({ path, content }: SupportFile): void {
    if (isInside(path)) this.#files.set(path, scrub(content));
    else this.miss(path, 'its name would lead out of the bundle');
  }

  miss(path: string, reason: string): void {
    this.#missing.push({ path, reason: scrub(reason) });
  }

  /** Sorted by path. */
  files(): readonly SupportFile[] {
    return [...this.#files].map(([path, content]) => ({ path, content })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  missing(): readonly MissingFile[] {
    return this.#missing;
  }
}

/** What a worker answers names files; none of them may be written elsewhere when the archive is unpacked. */
function isInside(path: string): boolean {
  return /^[\w.-]+(?:\/[\w.-]+)*$/.test(path) && !path.split('/').some((part) => /^\.+$/.test(part));
}
