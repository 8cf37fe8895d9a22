#!/bin/sh
# A kubeadm cluster on Docker machines, by hand: what somebody types who knows kubeadm well, one command after the
# other as its documentation has them. Ends when all Nodes are Ready.
#
#   create.sh NAME CONTROL_PLANES WORKERS
#
#   NODE_IMAGE, HAPROXY_IMAGE   images of a machine and of the load balancer
#   RUN_FLAGS                   what `docker run` needs for a machine that runs systemd (default: --privileged)
#   KUBERNETES_VERSION          for example v1.34.4
#   ETCD_IMAGE_TAG              where it is not kubeadm's own default
#   NETWORK_ADDON               a manifest; API_SERVER in it is replaced with the endpoint's address
set -eu
name=$1 control_planes=$2 workers=$3
port=6443 pod_subnet=10.244.0.0/16
# What a container fails by its nature: it shares the host's kernel, memory and swap.
ignore=FileContent--proc-sys-net-bridge-bridge-nf-call-iptables,Mem,NumCPU,Swap,SystemVerification

say() { echo "$(date +%T) $*"; }
on() { machine=$1; shift; docker exec -i "$name-$machine" "$@"; }
address_of() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$name-$1"; }

say machines
docker network create --label "$name" "$name" >/dev/null
for machine in $(seq -f 'cp-%g' "$control_planes") $(seq -f 'worker-%g' "$workers"); do
  # shellcheck disable=SC2086 # flags
  docker run --detach --name "$name-$machine" --hostname "$name-$machine" --label "$name" --network "$name" \
    --env container=docker --tmpfs /run --tmpfs /tmp --volume /var ${RUN_FLAGS:---privileged} "$NODE_IMAGE" >/dev/null
done
for machine in $(seq -f 'cp-%g' "$control_planes") $(seq -f 'worker-%g' "$workers"); do
  until on "$machine" systemctl is-active --quiet containerd 2>/dev/null; do sleep 0.2; done
done

endpoint=$(address_of cp-1)
if [ "$control_planes" -gt 1 ]; then
  say load balancer
  {
    printf 'defaults\n mode tcp\n timeout connect 2s\n timeout client 1h\n timeout server 1h\n'
    printf 'frontend api\n bind *:%s\n default_backend api-servers\n' "$port"
    printf 'backend api-servers\n option httpchk GET /readyz\n default-server check check-ssl verify none inter 1s\n'
    for number in $(seq "$control_planes"); do printf ' server cp-%s %s:%s\n' "$number" "$(address_of "cp-$number")" "$port"; done
  } >"${TMPDIR:-/tmp}/$name.cfg"
  docker create --name "$name-lb" --label "$name" --network "$name" --entrypoint haproxy "$HAPROXY_IMAGE" -db -f /haproxy.cfg >/dev/null
  docker cp "${TMPDIR:-/tmp}/$name.cfg" "$name-lb:/haproxy.cfg" >/dev/null
  rm "${TMPDIR:-/tmp}/$name.cfg"
  docker start "$name-lb" >/dev/null
  endpoint=$(address_of lb)
fi

say kubeadm init
etcd=
if [ -n "${ETCD_IMAGE_TAG:-}" ]; then etcd="etcd: { local: { imageTag: $ETCD_IMAGE_TAG } }"; fi
certificate_key=$(on cp-1 kubeadm certs certificate-key)
on cp-1 sh -c 'cat >/root/kubeadm.yaml' <<CONFIG
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
certificateKey: $certificate_key
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: $KUBERNETES_VERSION
controlPlaneEndpoint: $endpoint:$port
networking: { podSubnet: $pod_subnet }
$etcd
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failSwapOn: false
oomScoreAdj: 0
imageGCHighThresholdPercent: 100
evictionHard: { nodefs.available: 0%, nodefs.inodesFree: 0%, imagefs.available: 0%, imagefs.inodesFree: 0% }
---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
oomScoreAdj: 0
conntrack: { maxPerCore: 0, min: null }
CONFIG
on cp-1 kubeadm init --config /root/kubeadm.yaml --upload-certs --ignore-preflight-errors="$ignore" --skip-token-print

say network add-on
sed "s/API_SERVER/$endpoint/" "$NETWORK_ADDON" | on cp-1 kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f -

join=$(on cp-1 kubeadm token create --print-join-command 2>/dev/null)
for number in $(seq 2 "$control_planes"); do
  say "join cp-$number"
  # shellcheck disable=SC2086 # a command line
  on "cp-$number" $join --control-plane --certificate-key "$certificate_key" --ignore-preflight-errors="$ignore"
done
for number in $(seq "$workers"); do
  say "join worker-$number"
  # shellcheck disable=SC2086
  on "worker-$number" $join --ignore-preflight-errors="$ignore"
done

say Nodes
until [ "$(on cp-1 kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes --no-headers 2>/dev/null | grep -cw Ready)" -eq $((control_planes + workers)) ]; do
  sleep 0.5
done
say "all Nodes are Ready"
