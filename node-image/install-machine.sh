#!/bin/bash
# Turns a Debian root file system into a machine. Runs as root inside a container of the base image, in which
# /stage holds what set-up prepared, and /var/lib/containerd is a volume (an overlay cannot sit on an overlay):
#   /stage/rootfs  files as they lie in the machine       /stage/bin     programs for /usr/bin
#   /stage/images/<n>/{name,config.json,root/}            container images; a file named `tools` asks for iptables
set -o errexit -o nounset -o pipefail

seed=/usr/lib/slipway/containerd
root=/var/lib/containerd

install_files() {
  cp -a --no-preserve=ownership /stage/rootfs/. /
  install -m 0755 /stage/bin/* /usr/bin/
  mkdir -p /opt/cni/bin /etc/cni/net.d /etc/kubernetes/manifests /usr/local/bin
  ln -sf /usr/lib/cni/* /opt/cni/bin/
  local mode=nft
  update-alternatives --quiet --set iptables "/usr/sbin/iptables-$mode"
  update-alternatives --quiet --set ip6tables "/usr/sbin/ip6tables-$mode"
}

choose_units() {
  # Devices, seats, consoles and clocks belong to the host.
  systemctl mask --quiet systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket \
    systemd-udev-trigger.service systemd-logind.service getty.target console-getty.service \
    systemd-modules-load.service systemd-remount-fs.service systemd-timesyncd.service systemd-pstore.service \
    dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount \
    sys-fs-fuse-connections.mount apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
    fstrim.timer man-db.timer systemd-firstboot.service systemd-update-utmp.service 2>/dev/null
  systemctl enable --quiet containerd.service kubelet.service ssh.service slipway-pod-network.path
  systemctl set-default --quiet multi-user.target
}

remove_identity() {
  rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
  : >/etc/machine-id
}

# Prints the folder of a root with iptables and what it loads, for the images that change packet filters.
collect_network_tools() {
  local out=/stage/tools file
  mkdir -p "$out"
  {
    ls /usr/sbin/iptables* /usr/sbin/ip6tables* /usr/sbin/xtables-*multi /usr/sbin/ipset /usr/sbin/conntrack \
      /sbin/ip /bin/sh /etc/protocols /etc/alternatives/iptables* /etc/alternatives/ip6tables* /usr/lib/*/xtables/*.so
    for file in /usr/sbin/xtables-nft-multi /usr/sbin/xtables-legacy-multi /usr/sbin/ipset /usr/sbin/conntrack \
      /sbin/ip /bin/sh /usr/lib/*/xtables/*.so; do
      ldd "$file" | grep -o '/[^ ]*' || true
    done
  } 2>/dev/null | sort -u >/stage/tools.list
  # The base system has /bin, /sbin and /lib as links into /usr; the image gets the same ones.
  for file in /bin /sbin /lib /lib64; do
    [[ -L $file ]] || continue
    mkdir -p "$out/usr$file"
    cp -a "$file" "$out$file"
  done
  while read -r file; do
    cp -a --parents "$file" "$out"
    [[ -L $file ]] && cp -a --parents "$(readlink -f "$file")" "$out"
  done </stage/tools.list
  chroot "$out" /usr/sbin/iptables --version >/dev/null
}

# make_image <folder>: an OCI image of one layer, as a tar on stdout.
make_image() {
  local from=$1 out=$1/oci layer config manifest
  local blobs=$out/blobs/sha256
  mkdir -p "$blobs" "$from/root/tmp" "$from/root/etc"
  chmod 1777 "$from/root/tmp"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$from/root/etc/passwd"
  [[ -e $from/tools ]] && cp -a /stage/tools/. "$from/root/"
  tar -C "$from/root" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$out/layer.tar" .
  sed -i "s/@DIFF_ID@/sha256:$(digest "$out/layer.tar")/" "$from/config.json"
  gzip -1 -n "$out/layer.tar"
  layer=$(add_blob "$out/layer.tar.gz")
  config=$(add_blob "$from/config.json")
  cat >"$out/manifest.json" <<JSON
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
"config":{"mediaType":"application/vnd.oci.image.config.v1+json",$config},
"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",$layer}]}
JSON
  manifest=$(add_blob "$out/manifest.json")
  echo '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
  cat >"$out/index.json" <<JSON
{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",$manifest,
"annotations":{"io.containerd.image.name":"$(<"$from/name")"}}]}
JSON
  tar -C "$out" -cf - oci-layout index.json blobs
}

digest() { sha256sum "$1" | cut -d' ' -f1; }

# Moves a file among the blobs and prints its descriptor's digest and size.
add_blob() {
  local sum size
  sum=$(digest "$1") size=$(stat -c %s "$1")
  mv "$1" "$blobs/$sum"
  echo "\"digest\":\"sha256:$sum\",\"size\":$size"
}

import_images() {
  local image daemon
  containerd --config /dev/null --log-level warn --root "$root" --state /run/containerd &
  daemon=$!
  until ctr version >/dev/null 2>&1; do
    kill -0 "$daemon" || { echo 'containerd did not start'; exit 1; }
    sleep 0.1
  done
  for image in /stage/images/*/; do
    echo "importing $(<"$image/name")"
    make_image "${image%/}" | ctr --namespace k8s.io images import --snapshotter overlayfs - >/dev/null
    check_image "$(<"$image/name")"
    rm -rf "$image"
  done
  kill "$daemon"
  wait "$daemon" || true
}

# Fails unless an image is there with all its blobs, and unpacked: a machine that found one lacking would try to pull.
check_image() {
  ctr --namespace k8s.io images check "name==$1" |
    awk -v name="$1" '$1 == name && $4 == "complete" && $NF == "true" { good = 1 } END { exit !good }'
}

# Splits containerd's root: what is large and never changes stays in the image, what changes is copied into each
# machine's volume and links to it.
store_seed() {
  local state=$seed/state snapshots=io.containerd.snapshotter.v1.overlayfs/snapshots file number
  mkdir -p "$seed"/{layers,blobs}
  cp -a "$root" "$state"
  rm -rf "$state"/tmpmounts/* "$state"/lost+found
  for file in "$state/$snapshots"/*/fs; do
    number=$(basename "$(dirname "$file")")
    mv "$file" "$seed/layers/$number"
    ln -s "$seed/layers/$number" "$file"
  done
  find "$state/io.containerd.content.v1.content/blobs" -type f -size +64k | while read -r file; do
    mv "$file" "$seed/blobs/"
    ln -s "$seed/blobs/$(basename "$file")" "$file"
  done
}

install_files
choose_units
remove_identity
collect_network_tools
import_images
store_seed
rm -rf /stage
