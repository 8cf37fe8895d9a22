import { quoteShell } from './quote-shell.ts';

/** Marks the script's end, so that one which was cut off on its way is never run in part. */
const END_MARK = '#slipway:end';

/** The first words of standard error, and the exit code, when something did not arrive whole. */
export const INCOMPLETE = { exitCode: 254, prefix: 'slipway: incomplete:' } as const;

/**
 * Reads a script, and input if there is any, from standard input; runs the script once both are whole.
 *
 * Why not `sh -c SCRIPT` or `sh -s`: an argument is seen in the Machine's process list and limited to
 * 128 KiB; a script on standard input leaves none for its own input; and a connection that drops in
 * the middle looks like the end of the input, so that a command would take half a file for a whole one.
 * Input is therefore spooled first, in memory (/run is a tmpfs under systemd) and without a name.
 * `head -c` takes exactly that many bytes from a pipe and leaves the rest.
 */
const BOOTSTRAP = `LC_ALL=C; export LC_ALL
incomplete() { echo "${INCOMPLETE.prefix} $1" >&2; exit ${INCOMPLETE.exitCode}; }
script=$(head -c "$1")
case $script in
*'${END_MARK}') ;;
*) incomplete "the script was cut off" ;;
esac
if [ "$2" -gt 0 ]; then
  umask_before=$(umask); umask 077
  spool=$(mktemp /run/slipway-input.XXXXXXXXXX) || incomplete "no place for its input"
  exec 3>"$spool" 4<"$spool"; rm -f "$spool"
  head -c "$2" >&3
  size=$(stat -L -c %s /proc/$$/fd/4)
  exec 0<&4 3>&- 4<&-
  [ "$size" = "$2" ] || incomplete "$size of $2 bytes of input came"
  umask "$umask_before"; unset spool size umask_before
fi
set --
eval "$script"`;

export type FramedScript = {
  /** For the SSH exec request: fixed words and three numbers. */
  readonly command: string;
  /** The script, then its input. */
  readonly stdin: Buffer;
};

export type FramedScriptRequest = {
  /** POSIX shell. It can leave with `exit`; its standard input is `input`, or empty. */
  readonly script: string;
  readonly input?: string | Uint8Array;
  /** Ends the script and its children on the Machine after so long; unlimited where not given. */
  readonly limitSeconds?: number;
};

/** Throws RangeError for a script that holds a NUL character: no shell can run it. */
export function frameScript({ script, input, limitSeconds }: FramedScriptRequest): FramedScript {
  if (script.includes('\0')) {
    throw new RangeError('a shell script cannot hold a NUL character');
  }
  const text = Buffer.from(`${script}\n${END_MARK}`);
  const data = Buffer.from(input ?? '');
  const limit = limitSeconds === undefined ? '' : `timeout --kill-after=5 ${Math.ceil(limitSeconds)} `;
  return {
    command: `exec ${limit}sh -c ${quoteShell(BOOTSTRAP)} slipway ${text.length} ${data.length}`,
    stdin: Buffer.concat([text, data]),
  };
}
