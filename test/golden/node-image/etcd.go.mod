module slipway.dev/build/etcd

go 1.24.0
