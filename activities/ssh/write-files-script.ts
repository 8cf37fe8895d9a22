import type { RemoteFile } from '../seams/command-runner.ts';
import { quoteShell } from './quote-shell.ts';

/**
 * Files are prepared beside their places, all of them, before the first is renamed: a disk that is full
 * changes nothing. A file appears under its name whole, with its mode and owner already set, so that no
 * reader ever sees a part of it or reads a secret through a mode that was too wide for a moment. `sync`
 * comes first: without it a power cut can leave the new name with nothing in it. Few processes a file:
 * a control plane gets a dozen of them, and starting a process is what takes the time.
 */
const FUNCTIONS = `
prepare() { # MODE OWNER SIZE replace|append PATH; the content is next on standard input
  new=
  folder=\${5%/*}/
  [ -d "$folder" ] || mkdir -p -- "$folder" || return 1
  if [ -d "$5" ]; then echo "it is a folder" >&2; return 1; fi
  new=$(mktemp -- "$folder.slipway-new.XXXXXXXXXX") || return 1
  if head -c "$3" >"$new" && add_to_old "$@" && chown -- "$2" "$new" && chmod -- "$1" "$new"; then
    echo prepared
  else
    rm -f -- "$new"
    return 1
  fi
}
add_to_old() {
  if [ "$4" = replace ] || [ ! -e "$5" ]; then return 0; fi
  # An earlier try may have appended it already: the same end is taken for that.
  if tail -c "$3" -- "$5" | cmp -s - "$new"; then cat -- "$5" >"$new"; return; fi
  whole=$(mktemp -- "$folder.slipway-new.XXXXXXXXXX") || return 1
  if ! cat -- "$5" "$new" >"$whole"; then rm -f -- "$whole"; return 1; fi
  rm -f -- "$new"
  new=$whole
}
place() { mv -fT -- "$1" "$2" && echo written; }
give_up() { rm -f -- "$@"; exit 1; }
umask 022
`;

export type WriteFilesScript = {
  /** Prints "prepared" and "written" once for each file, in their order, and "placing" between the two. */
  readonly script: string;
  /** The contents, one after the other. */
  readonly input: Uint8Array;
};

const MODE = /^[0-7]{3,4}$/;
const OWNER = /^[a-z0-9_][a-z0-9_.-]*(?::[a-z0-9_][a-z0-9_.-]*)?$/i;

function renderPrepare(file: RemoteFile): string {
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
  const size = Buffer.byteLength(file.content);
  return `prepare ${file.mode} ${owner} ${size} ${how} ${quoteShell(file.path)} || give_up "$@"; set -- "$@" "$new"`;
}

/** One path twice (written, then appended to) means two rounds: the second must see the first. */
function splitIntoRounds(files: readonly RemoteFile[]): readonly (readonly RemoteFile[])[] {
  const rounds: RemoteFile[][] = [];
  let paths = new Set<string>();
  for (const file of files) {
    const round = rounds.at(-1);
    if (round === undefined || paths.has(file.path)) {
      rounds.push([file]);
      paths = new Set();
    } else {
      round.push(file);
    }
    paths.add(file.path);
  }
  return rounds;
}

/** Throws RangeError for a path that is not absolute, a mode that is not octal, or an owner that is no user[:group]. */
export function renderWriteFiles(files: readonly RemoteFile[]): WriteFilesScript {
  const rounds = splitIntoRounds(files).flatMap((round) => [
    ...round.map(renderPrepare),
    'sync -- "$@" && echo placing || give_up "$@"',
    ...round.map((file) => `place "$1" ${quoteShell(file.path)} || give_up "$@"; shift`),
  ]);
  return {
    script: [FUNCTIONS.trim(), ...rounds, ''].join('\n'),
    input: Buffer.concat(files.map((file) => Buffer.from(file.content))),
  };
}
