/**
 * What shells load. They know nothing of the commands: at each TAB they ask `slipway __complete`
 * with the words up to the cursor, and so never lag behind the command that is installed.
 */

// bash 3.2, which macOS still has, knows neither mapfile nor compopt.
const bash = String.raw`# bash completion for slipway
_slipway() {
  local program=${'$'}{COMP_WORDS[0]/#\~/$HOME} current=${'$'}{COMP_WORDS[COMP_CWORD]} mode='' line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $mode ]]; then mode=$line; else COMPREPLY+=("${'$'}{line%%$'\t'*}"); fi
  done < <("$program" __complete "${'$'}{COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ $mode == files ]]; then
    compopt -o default 2>/dev/null || while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
  fi
}
complete -F _slipway slipway
`;

const zsh = String.raw`#compdef slipway
_slipway() {
  local -a lines candidates
  local line value
  lines=("${'$'}{(@f)$("${'$'}{(Q)words[1]}" __complete "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ ${'$'}{lines[1]} == files ]]; then
    _files
    return
  fi
  for line in "${'$'}{(@)lines[2,-1]}"; do
    value=${'$'}{${'$'}{line%%$'\t'*}//:/\\:}
    if [[ $line == *$'\t'* ]]; then candidates+=("$value:${'$'}{line#*$'\t'}"); else candidates+=("$value"); fi
  done
  (( ${'$'}{#candidates} )) && _describe -V slipway candidates
}
if [[ ${'$'}{funcstack[1]} == _slipway ]]; then _slipway "$@"; else compdef _slipway slipway; fi
`;

const fish = String.raw`# fish completion for slipway
function __slipway_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    if test "$lines[1]" = files
        __fish_complete_path "$current"
    else if test (count $lines) -gt 1
        printf '%s\n' $lines[2..-1]
    end
end
complete -c slipway -f -a '(__slipway_complete)'
`;

export const shellScripts = { bash, zsh, fish } as const;
export type Shell = keyof typeof shellScripts;
