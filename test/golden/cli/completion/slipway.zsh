#compdef slipway
_slipway() {
  local -a lines candidates
  local line value
  lines=("${(@f)$("${(Q)words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ ${lines[1]} == files ]]; then
    _files
    return
  fi
  for line in "${(@)lines[2,-1]}"; do
    value=${${line%%$'\t'*}//:/\\:}
    if [[ $line == *$'\t'* ]]; then candidates+=("$value:${line#*$'\t'}"); else candidates+=("$value"); fi
  done
  (( ${#candidates} )) && _describe -V slipway candidates
}
if [[ ${funcstack[1]} == _slipway ]]; then _slipway "$@"; else compdef _slipway slipway; fi
