set -eu
said=$(kubeadm upgrade apply phase addon all --config /var/lib/slipway/upgrade/addons.yaml 2>&1) && status=0 || status=$?
printf '%s\n' "$said"
case "$said" in *'Skipping upgrade of addons'*) exit 3 ;; esac
exit "$status"
