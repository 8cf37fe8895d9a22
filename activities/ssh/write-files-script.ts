import type { RemoteFile } from '../seams/command-runner.ts';
import { quoteShell } from './quote-shell.ts';

/**
 * Writes one file from the next bytes of standard input. A file appears under its name whole, with its
 * mode and owner already set, so that no reader ever sees a part of it or reads a secret through a mode
 * that was too wide for a moment. `sync` before the rename: otherwise a power cut can leave an empty file.
 */
const PUT_FILE = `
fail() { [ -z "$new" ] || rm -f -- "$new"; exit 1; }
put_file() { # MODE OWNER SIZE replace|append PATH
  new=
  folder=$(dirname -- "$5") && mkdir -p -- "$folder" || fail
  if [ -d "$5" ]; then echo "it is a folder" >&2; fail; fi
  new=$(mktemp -- "$folder/.slipway-new.XXXXXXXXXX") || fail
  head -c "$3" >"$new" || fail
  size=$(stat -c %s -- "$new") || fail
  if [ "$size" != "$3" ]; then echo "$size of $3 bytes were written" >&2; fail; fi
  if [ "$4" = append ] && [ -e "$5" ]; then
    # An earlier try may have appended it: the same end is taken for that.
    if tail -c "$3" -- "$5" | cmp -s - "$new"; then
      cat -- "$5" >"$new" || fail
    else
      whole=$(mktemp -- "$folder/.slipway-new.XXXXXXXXXX") || fail
      if ! cat -- "$5" "$new" >"$whole"; then rm -f -- "$whole"; fail; fi
      rm -f -- "$new"; new=$whole
    fi
  fi
  chown -- "$2" "$new" && chmod -- "$1" "$new" && sync -- "$new" && mv -fT -- "$new" "$5" || fail
  echo written
}
umask 022
`;

export type WriteFilesScript = {
  readonly script: string;
  /** The contents, one after the other. */
  readonly input: Uint8Array;
};

const MODE = /^[0-7]{3,4}$/;
const OWNER = /^[a-z0-9_][a-z0-9_.-]*(?::[a-z0-9_][a-z0-9_.-]*)?$/i;

/** Throws RangeError for a path that is not absolute, a mode that is not octal, or an owner that is no user[:group]. */
export function renderWriteFiles(files: readonly RemoteFile[]): WriteFilesScript {
  const contents = files.map((file) => Buffer.from(file.content));
  const calls = files.map((file, index) => {
    const owner = file.owner ?? 'root:root';
    if (!file.path.startsWith('/') || file.path.endsWith('/')) {
      throw new RangeError(`a file's path must be absolute and name a file, not ${JSON.stringify(file.path)}`);
    }
    if (!MODE.test(file.mode)) {
      throw new RangeError(`the mode of ${file.path} must be octal like 0600, not ${JSON.stringify(file.mode)}`);
    }
    if (!OWNER.test(owner)) {
      throw new RangeError(`the owner of ${file.path} must be user:group, not ${JSON.stringify(owner)}`);
    }
    const how = file.append === true ? 'append' : 'replace';
    return `put_file ${file.mode} ${owner} ${contents[index]?.length ?? 0} ${how} ${quoteShell(file.path)}`;
  });
  return { script: [PUT_FILE.trim(), ...calls, ''].join('\n'), input: Buffer.concat(contents) };
}
