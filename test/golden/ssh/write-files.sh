prepare() { # MODE OWNER SIZE replace|append PATH; the content is next on standard input
  new=
  folder=${5%/*}/
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
prepare 0600 root:root 6 replace '/etc/kubernetes/kubeadm.yaml' || give_up "$@"; set -- "$@" "$new"
prepare 644 etcd:etcd 4 append '/root/it'\''s $HOME/-n' || give_up "$@"; set -- "$@" "$new"
sync -- "$@" && echo placing || give_up "$@"
place "$1" '/etc/kubernetes/kubeadm.yaml' || give_up "$@"; shift
place "$1" '/root/it'\''s $HOME/-n' || give_up "$@"; shift
