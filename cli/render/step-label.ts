import type { Step } from '../../domain/step.ts';

/** What a step is called in trees, lines and timings: "demo-cp-x2f9k kubeadm init", "add-ons". */
export function stepLabel(step: Pick<Step, 'kind' | 'machine'>): string {
  return step.machine === undefined ? stepVerb(step) : `${step.machine} ${stepVerb(step)}`;
}

/** The same without its Machine. */
export function stepVerb({ kind }: Pick<Step, 'kind'>): string {
  switch (kind) {
    case 'EnsureInfrastructure':
      return 'infrastructure';
    case 'ProvisionMachine':
      return 'provision';
    case 'InitControlPlane':
      return 'init';
    case 'PrepareControlPlane':
      return 'prepare';
    case 'JoinControlPlane':
    case 'JoinWorker':
      return 'join';
    case 'RemoveMachine':
      return 'remove';
    case 'UncordonNode':
      return 'uncordon';
    case 'RemoveEtcdMember':
      return 'remove etcd member';
    case 'InstallAddons':
      return 'add-ons';
    case 'StopControlPlane':
      return 'stop the old control plane';
    case 'RestoreControlPlane':
      return 'restore';
    case 'TakeBackup':
      return 'backup';
    case 'UploadConfig':
      return 'upload configuration';
    case 'UpgradeAddons':
      return 'upgrade add-ons';
    case 'UpdateNodes':
      return 'update Nodes';
    case 'DeleteCluster':
      return 'delete';
  }
}
