set -eu
trap 'rm -f /var/lib/slipway/upgrade/upload-config.conf' EXIT
kubeadm init phase upload-config all --config /var/lib/slipway/upgrade/upload-config.yaml --kubeconfig /var/lib/slipway/upgrade/upload-config.conf
