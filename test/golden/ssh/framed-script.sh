exec timeout --kill-after=5 13 sh -c 'LC_ALL=C; export LC_ALL
incomplete() { echo "slipway: incomplete: $1" >&2; exit 254; }
script=$(head -c "$1")
case $script in
*'\''#slipway:end'\'') ;;
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
eval "$script"' slipway 20 3
