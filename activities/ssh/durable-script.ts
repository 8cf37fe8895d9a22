import type { DurableCommand } from '../seams/command-runner.ts';
import { FRAMES_BEGIN } from './durable-frames.ts';
import { OUTPUT_LIMIT } from './output-tail.ts';
import { quoteShell } from './quote-shell.ts';

/** Where a Machine keeps what it knows of durable commands; outlives a reboot. */
export const OPERATIONS_DIRECTORY = '/var/lib/slipway/operations';

/** Ends in a letter or digit and leaves room for "slipway-", generation and ".service" in 255 characters. */
const OPERATION = /^[a-z0-9](?:[a-z0-9-]{0,198}[a-z0-9])?$/;

/**
 * The Machine's side of a durable command: decide under a lock, start a transient unit where one is
 * needed, then tell by frames how it goes, until its end. Pure; DURABLE_PROGRAM explains itself.
 * Throws RangeError for an operation, generation or timeout that cannot be one.
 */
export function renderDurableScript(command: DurableCommand, directory = OPERATIONS_DIRECTORY): string {
  const { operation, generation, script, cleanup, undoes = [], timeoutSeconds } = command;
  for (const name of [operation, ...undoes]) {
    if (!OPERATION.test(name)) {
      throw new RangeError(`an operation is named by lowercase letters, digits and dashes, not ${JSON.stringify(name)}`);
    }
  }
  if (!Number.isSafeInteger(generation) || generation < 0) {
    throw new RangeError(`the generation of ${operation} must be a whole number, not ${generation}`);
  }
  if (!Number.isFinite(timeoutSeconds) || timeoutSeconds <= 0) {
    throw new RangeError(`the timeout of ${operation} must be a positive number of seconds, not ${timeoutSeconds}`);
  }
  return [
    `operation=${operation}`,
    `generation=${generation}`,
    `timeout_seconds=${Math.ceil(timeoutSeconds)}`,
    `state=${quoteShell(directory)}`,
    `script_text=${quoteShell(script)}`,
    `cleanup_text=${quoteShell(cleanup ?? '')}`,
    `undoes=${quoteShell(undoes.join(' '))}`,
    DURABLE_PROGRAM.trim(),
    '',
  ].join('\n');
}

const DURABLE_PROGRAM = `
# What is kept, under $state/$operation:
#   generation         the latest one that asked; an older one is refused
#   started            the one whose unit was started last
#   running.lock       held by that unit's main process for as long as it lives
#   GENERATION/        script, cleanup, runner, record, stdout, stderr of one start
#   GENERATION/status  how it ended; written by systemd after the last process of the unit is gone
# Until the decision is made nothing is written to the connection: where that has dropped, the
# write would kill this shell half-way (SIGPIPE).
set -u
umask 077
export LC_ALL=C
dir=$state/$operation

begin_frames() { printf '%s\\n' '${FRAMES_BEGIN.trim()}'; }
frame() { printf '%s %d\\n%s' "$1" "\${#2}" "$2"; }
refuse() { begin_frames; frame x "$1"; exit 0; }

# Survives a power cut: either the old text is there or the new one.
write_file() {
  printf '%s' "$2" >"$1.new" && sync "$1.new" && mv -f "$1.new" "$1" && sync "$(dirname "$1")"
}
# A file's number; nothing where there is no file. What cannot be read is not taken for absent.
read_number() {
  [ -e "$1" ] || return 0
  number=$(cat "$1") || return 1
  case $number in '' | *[!0-9]*) return 1 ;; esac
  echo "$number"
}
unit_of() { echo "slipway-$operation-$1.service"; }
# 0: the unit of generation $1 is there; 1: it is not; 2: systemd did not say.
is_alive() {
  active=$(timeout 10 systemctl show --property=ActiveState --value "$(unit_of "$1")" 2>&1) || return 2
  case $active in
  active | activating | deactivating | reloading | refreshing | maintenance) return 0 ;;
  inactive | failed) return 1 ;;
  *) return 2 ;;
  esac
}

mkdir -p "$dir" || refuse "cannot make $dir"

# --- decide: one at a time on this Machine -------------------------------------------------------
exec 9>"$state/.lock"
flock -w 20 9 || refuse "no lock on $state/.lock within 20 s"

latest=$(read_number "$dir/generation") || refuse "cannot read $dir/generation"
[ -z "$latest" ] || [ "$generation" -ge "$latest" ] || refuse "fenced $latest"
started=$(read_number "$dir/started") || refuse "cannot read $dir/started"

found=nothing
if [ -n "$started" ]; then
  if [ ! -e "$dir/$started/status" ]; then
    is_alive "$started"
    case $? in
    0) found=running ;;
    1) found=vanished ;;
    *) refuse "cannot ask systemd: $active" ;;
    esac
  fi
  # Looked at after the unit: it may have ended between the two, and systemd records before it lets go.
  if [ "$found" != running ] && [ -e "$dir/$started/status" ]; then
    read -r verdict <"$dir/$started/status"
    found=$verdict
  fi
fi
write_file "$dir/generation" "$generation" || refuse "cannot write to $dir"

start=no
case $found in
running | succeeded) ;;
# Attempts of one generation (its thousands) share its outcome: what failed is reported, and only its
# successor, for which the caller has cleaned up, starts again.
failed) [ $((started / 1000)) -eq $((generation / 1000)) ] || start=yes ;;
nothing | vanished) start=yes ;;
*) refuse "cannot read $dir/$started/status" ;;
esac

# --- start -------------------------------------------------------------------------------------
if [ "$start" = yes ]; then
  run=$dir/$generation
  for old in "$dir"/[0-9]*; do
    # The one before stays, for people to read.
    if [ "$old" = "$run" ] || [ "$old" != "$dir/$started" ]; then rm -rf "$old"; fi
  done
  mkdir -p "$run" && : >"$run/stdout" && : >"$run/stderr" || refuse "cannot write to $run"
  printf '%s\\n' "$script_text" >"$run/script" && chmod 0700 "$run/script" || refuse "cannot write to $run"
  if [ "$found" != nothing ] && [ -n "$cleanup_text" ]; then
    printf '%s\\n' "$cleanup_text" >"$run/cleanup" || refuse "cannot write to $run"
  fi

  # The unit's main process.
  cat >"$run/runner" <<'RUNNER' || refuse "cannot write to $run"
dir=$1 generation=$2 run=$1/$2
exec </dev/null >>"$run/stdout" 2>>"$run/stderr"
# Two guards beside systemd's own, for a start that was asked for twice: the lock of whichever runs,
# which the kernel frees at its death, and the record of which one is meant.
exec 8>"$dir/running.lock"
flock -n 8 || { echo "slipway: another generation of this operation is still running" >&2; exit 75; }
[ "$(cat "$dir/started")" = "$generation" ] || { echo "slipway: a later generation was started" >&2; exit 75; }
if [ -e "$run/cleanup" ]; then
  sh "$run/cleanup" 8>&- || { code=$?; echo "slipway: the clean-up of an earlier attempt failed with exit code $code" >&2; exit "$code"; }
fi
sh "$run/script" 8>&-
RUNNER

  # Run by systemd when every process of the unit is gone, however it ended (ExecStopPost). systemd calls
  # a stop by SIGTERM a success, at a shutdown for instance; only an exit code of 0 is one.
  cat >"$run/record" <<'RECORD' || refuse "cannot write to $run"
run=$1
verdict=failed
[ "$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS" != "success exited 0" ] || verdict=succeeded
printf '%s\\nresult=%s\\ncode=%s\\nstatus=%s\\n' "$verdict" "$SERVICE_RESULT" "$EXIT_CODE" "$EXIT_STATUS" >"$run/status.new"
sync "$run/status.new" && mv -f "$run/status.new" "$run/status"
RECORD

  sync "$run/script" "$run/runner" "$run/record" "$run"
  # Their latest generations stay: what was refused before is refused still.
  for undone in $undoes; do
    rm -f "$state/$undone/started" || refuse "cannot write to $state/$undone"
  done
  write_file "$dir/started" "$generation" || refuse "cannot write to $dir"
  # Type=exec: systemd-run returns when the runner runs, or could not be started. --collect: nothing is
  # left of the unit once it has ended, failed or not. Lock 9 stays held by systemd-run itself, should
  # this shell be killed meanwhile.
  message=$(timeout 30 systemd-run --quiet --collect --unit="$(unit_of "$generation")" \\
    --description="Slipway: $operation, generation $generation" \\
    --setenv=HOME="\${HOME:-/root}" \\
    --property=Type=exec \\
    --property=KillMode=control-group \\
    --property=TimeoutStopSec=10 \\
    --property=RuntimeMaxSec="$timeout_seconds" \\
    --property=ExecStopPost="/bin/sh $run/record $run" \\
    /bin/sh "$run/runner" "$dir" "$generation" 2>&1) || refuse "start-failed $message"
  started=$generation
fi
exec 9>&-

# --- follow until it has ended -------------------------------------------------------------------
run=$dir/$started
send() { # TYPE FILE FROM TO
  [ "$4" -gt "$3" ] || return 0
  from=$3
  # Skips what its reader would not keep anyway.
  [ $(($4 - from)) -le ${16 * OUTPUT_LIMIT} ] || from=$(($4 - ${OUTPUT_LIMIT}))
  printf '%s %d\\n' "$1" $(($4 - from))
  tail -c "+$((from + 1))" "$2" | head -c $(($4 - from))
}
send_output() {
  # shellcheck disable=SC2046 # two numbers
  set -- $(stat -c %s "$run/stdout" "$run/stderr")
  send o "$run/stdout" "$stdout_at" "$1"
  send e "$run/stderr" "$stderr_at" "$2"
  stdout_at=$1 stderr_at=$2
}

begin_frames
frame d "$found"
stdout_at=0 stderr_at=0 rounds=0
while :; do
  # Looked for before the output is read, so that none is missed.
  ended=no
  [ ! -e "$run/status" ] || ended=yes
  send_output
  [ "$ended" = no ] || break
  rounds=$((rounds + 1))
  if [ $((rounds % 20)) -eq 0 ]; then
    # Where the connection is gone, this ends the shell: no process is left behind on the Machine.
    frame h ''
    is_alive "$started"
    if [ $? -eq 1 ] && [ ! -e "$run/status" ]; then
      frame r vanished
      exit 0
    fi
  fi
  # Short commands end soon; long ones should not be asked ten times a second.
  if [ "$rounds" -lt 20 ]; then sleep 0.05; else sleep 0.2; fi
done
frame r "$(cat "$run/status")"
`;
