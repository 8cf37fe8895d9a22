module slipway.dev/build/kubernetes

go 1.24.0

replace k8s.io/api => k8s.io/api v0.34.4

replace k8s.io/kubelet => k8s.io/kubelet v0.34.4
