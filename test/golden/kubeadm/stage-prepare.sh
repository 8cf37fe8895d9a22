set -eu
rm -f /var/lib/slipway/bootstrap/complete
if [ -f /var/lib/slipway/bootstrap/users.sh ]; then sh -eu /var/lib/slipway/bootstrap/users.sh; fi
if [ -f /var/lib/slipway/bootstrap/pre-kubeadm.sh ]; then sh -eu /var/lib/slipway/bootstrap/pre-kubeadm.sh; fi
kubeadm join --config /var/lib/slipway/bootstrap/kubeadm.yaml --skip-phases=control-plane-prepare/control-plane,check-etcd,etcd-join,kubelet-wait-bootstrap,control-plane-join/etcd,control-plane-join/mark-control-plane,wait-control-plane
