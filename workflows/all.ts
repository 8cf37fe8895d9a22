/** The one file that the worker bundles: every workflow type that it hosts. */
export { adoptCluster } from './adopt-cluster.ts';
export { backupCluster } from './backup-cluster.ts';
export {
  changeBackupSchedule,
  confirmBackupKeyExport,
  deleteBackup,
  describeBackup,
  exportBackupKeys,
  listBackupKeys,
  listBackups,
  locateBackup,
  observeBackups,
  rotateBackupKey,
  verifyBackup,
} from './backup-requests.ts';
export { clusterWorkflow } from './cluster.ts';
export { planCluster } from './plan-cluster.ts';
export { recoverLostCluster } from './recover-lost-cluster.ts';
export { recoverOntoNew } from './recover-onto-new.ts';
export { checkBackup, checkSource } from './recovery-requests.ts';
export { restoreControlPlane } from './steps/restore-control-plane.ts';
export { stopControlPlane } from './steps/stop-control-plane.ts';
export {
  admitCluster,
  collectSupport,
  describeInstallation,
  issueKubeconfig,
  issueMachineAccess,
  observeCluster,
  readHistory,
  readMachineLogs,
  readRevisions,
} from './requests.ts';
export { deleteCluster } from './steps/delete-cluster.ts';
export { ensureInfrastructure } from './steps/ensure-infrastructure.ts';
export { initControlPlane } from './steps/init-control-plane.ts';
export { installAddons } from './steps/install-addons.ts';
export { joinMachine } from './steps/join-machine.ts';
export { prepareControlPlane } from './steps/prepare-control-plane.ts';
export { provisionMachine } from './steps/provision-machine.ts';
export { removeEtcdMember } from './steps/remove-etcd-member.ts';
export { removeMachine } from './steps/remove-machine.ts';
export { takeBackup } from './steps/take-backup.ts';
export { uncordonNode } from './steps/uncordon-node.ts';
export { updateNodes } from './steps/update-nodes.ts';
export { upgradeAddons } from './steps/upgrade-addons.ts';
export { uploadConfig } from './steps/upload-config.ts';
export { tellPeople } from './tell-people.ts';
