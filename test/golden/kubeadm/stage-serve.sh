set -eu
if [ -f /var/lib/slipway/bootstrap/complete ]; then rm -f /etc/kubernetes/bootstrap-kubelet.conf; exit 0; fi
install -m 0600 /etc/kubernetes/admin.conf /var/lib/slipway/bootstrap/discovery.conf
kubeadm join --config /var/lib/slipway/bootstrap/kubeadm.yaml --skip-phases=preflight,control-plane-prepare/download-certs,control-plane-prepare/certs,control-plane-prepare/kubeconfig,check-etcd,kubelet-start,etcd-join,kubelet-wait-bootstrap,control-plane-join/etcd,control-plane-join/mark-control-plane,wait-control-plane
echo "[slipway] Waiting for the API server of this Machine"
deadline=$(($(date +%s) + 240))
until curl --silent --show-error --fail-with-body --max-time 5 --cacert /etc/kubernetes/pki/ca.crt https://172.30.4.10:6443/readyz >/dev/null 2>&1; do
  if [ "$(date +%s)" -ge "$deadline" ]; then curl --silent --show-error --fail-with-body --max-time 5 --cacert /etc/kubernetes/pki/ca.crt https://172.30.4.10:6443/readyz; exit 1; fi
  sleep 0.4
done
if [ ! -e /var/lib/kubelet/pki/kubelet-client-current.pem ]; then systemctl restart kubelet; fi
kubeadm join --config /var/lib/slipway/bootstrap/kubeadm.yaml --skip-phases=preflight,control-plane-prepare/download-certs,control-plane-prepare/certs,control-plane-prepare/kubeconfig,control-plane-prepare/control-plane,check-etcd,kubelet-start,etcd-join,control-plane-join/etcd,wait-control-plane
if [ -f /var/lib/slipway/bootstrap/post-kubeadm.sh ]; then sh -eu /var/lib/slipway/bootstrap/post-kubeadm.sh; fi
rm -f /var/lib/slipway/bootstrap/discovery.conf
touch /var/lib/slipway/bootstrap/complete
