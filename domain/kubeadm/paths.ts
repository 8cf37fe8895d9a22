/** Where bootstrap data lies on a Machine: root's, 0700, and under /var, which outlives a restart. */
export const bootstrapFolder = '/var/lib/slipway/bootstrap';
export const kubeadmConfigPath = `${bootstrapFolder}/kubeadm.yaml`;
/** A kubeconfig whose client certificate lives minutes; removed as soon as kubeadm has joined. */
export const discoveryPath = `${bootstrapFolder}/discovery.conf`;
export const usersPath = `${bootstrapFolder}/users.sh`;
/** The manifest's bootCommands, and the unit that runs them at every boot. */
export const bootCommandsPath = `${bootstrapFolder}/boot.sh`;
export const bootUnitPath = '/etc/systemd/system/slipway-boot-commands.service';
export const preKubeadmPath = `${bootstrapFolder}/pre-kubeadm.sh`;
export const postKubeadmPath = `${bootstrapFolder}/post-kubeadm.sh`;
/** Left by the last command of a bootstrap that succeeded. */
export const bootstrapCompletePath = `${bootstrapFolder}/complete`;
/** What one Machine's kubeadm is given for the whole cluster, and needs no longer than its run. */
const upgradeFolder = '/var/lib/slipway/upgrade';
export const uploadConfigPath = `${upgradeFolder}/upload-config.yaml`;
/** A kubeconfig whose client certificate lives minutes: kubeadm may run on a Machine that has not joined. */
export const uploadKubeconfigPath = `${upgradeFolder}/upload-config.conf`;
export const addonsConfigPath = `${upgradeFolder}/addons.yaml`;
/** Where kubeadm puts the kubelet's credential for asking for its certificate. */
export const kubeletBootstrapPath = '/etc/kubernetes/bootstrap-kubelet.conf';
