import type { MissingFile, SupportFile } from '../../domain/support.ts';
import type { Cleaner } from './clean-text.ts';

/** What one question has brought to light so far. Nothing gets in without having been cleaned. */
export type Findings = {
  readonly text: (path: string, content: string) => void;
  readonly json: (path: string, value: unknown) => void;
  readonly missing: (path: string, reason: string) => void;
  /** The answer; or undefined, and why it could not be had is noted. */
  readonly attempt: <T>(path: string, look: () => Promise<T>) => Promise<T | undefined>;
  readonly files: readonly SupportFile[];
  readonly missed: readonly MissingFile[];
};

const maxCharacters = 2_000_000;

export function createFindings(clean: Cleaner): Findings {
  const files: SupportFile[] = [];
  const missed: MissingFile[] = [];
  const missing = (path: string, reason: string): void => {
    missed.push({ path, reason: clean.text(reason).replaceAll(/\s+/g, ' ').slice(0, 500) });
  };
  const add = (path: string, content: string): void => {
    if (content.length > maxCharacters) missing(path, `only the last ${maxCharacters} of ${content.length} characters`);
    files.push({ path, content: content.slice(-maxCharacters) });
  };
  return {
    files,
    missed,
    missing,
    text: (path, content) => add(path, clean.text(content)),
    json: (path, value) => add(path, `${clean.json(value)}\n`),
    async attempt(path, look) {
      try {
        return await look();
      } catch (error) {
        missing(path, error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
  };
}
