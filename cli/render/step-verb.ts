const verbs: Readonly<Record<string, string>> = {
  EnsureInfrastructure: 'create',
  ProvisionMachine: 'provision',
  InitControlPlane: 'init',
  PrepareControlPlane: 'prepare',
  JoinControlPlane: 'join',
  JoinWorker: 'join',
  InstallAddons: 'install',
  StopControlPlane: 'stop',
  RestoreControlPlane: 'restore',
  TakeBackup: 'back up',
  UploadConfig: 'upload',
  UpgradeAddons: 'upgrade',
  UpdateNodes: 'update',
  RemoveMachine: 'remove',
  UncordonNode: 'uncordon',
  DeleteCluster: 'delete',
};

/** What a step did, in a word; journals outlive versions, so a kind that is not known here is split into its words. */
export function stepVerb(kind: string): string {
  return verbs[kind] ?? kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}
