set -eu
rm -f /var/lib/slipway/bootstrap/complete
if [ -f /var/lib/slipway/bootstrap/users.sh ]; then sh -eu /var/lib/slipway/bootstrap/users.sh; fi
if [ -f /var/lib/slipway/bootstrap/pre-kubeadm.sh ]; then sh -eu /var/lib/slipway/bootstrap/pre-kubeadm.sh; fi
kubeadm join --config /var/lib/slipway/bootstrap/kubeadm.yaml
if [ -f /var/lib/slipway/bootstrap/post-kubeadm.sh ]; then sh -eu /var/lib/slipway/bootstrap/post-kubeadm.sh; fi
rm -f /var/lib/slipway/bootstrap/discovery.conf
touch /var/lib/slipway/bootstrap/complete
