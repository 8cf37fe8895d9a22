/** Where bootstrap data lies on a Machine: root's, 0700, and under /var, which outlives a restart. */
export const bootstrapFolder = '/var/lib/slipway/bootstrap';
export const kubeadmConfigPath = `${bootstrapFolder}/kubeadm.yaml`;
/** A kubeconfig whose client certificate lives minutes; removed as soon as kubeadm has joined. */
export const discoveryPath = `${bootstrapFolder}/discovery.conf`;
export const usersPath = `${bootstrapFolder}/users.sh`;
export const preKubeadmPath = `${bootstrapFolder}/pre-kubeadm.sh`;
export const postKubeadmPath = `${bootstrapFolder}/post-kubeadm.sh`;
