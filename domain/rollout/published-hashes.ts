/** What the cluster itself holds of `desired`, each by its hash: kubeadm's ConfigMaps, its add-ons, its Nodes' labels and taints. */
export type Published = { readonly config: string; readonly addons: string; readonly nodes: string };
