set -eu
kubeadm reset --force --skip-phases=remove-etcd-member
rm -rf /etc/kubernetes/manifests /etc/kubernetes/pki /var/lib/etcd
rm -f /etc/kubernetes/*.conf
if systemctl is-active --quiet slipway-pod-network.service; then systemctl stop slipway-pod-network.service; fi
