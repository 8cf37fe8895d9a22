set -eu
install -m 0600 /etc/kubernetes/admin.conf /var/lib/slipway/bootstrap/discovery.conf
kubeadm join --config /var/lib/slipway/bootstrap/kubeadm.yaml --skip-phases=preflight,control-plane-prepare/download-certs,control-plane-prepare/certs,control-plane-prepare/kubeconfig,control-plane-prepare/control-plane,check-etcd,kubelet-start,kubelet-wait-bootstrap,control-plane-join/mark-control-plane,wait-control-plane
