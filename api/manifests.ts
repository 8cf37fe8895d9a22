import type { z } from 'zod';
import type { Kind, Version } from './kinds.ts';
import { backupScheduleSchema, type BackupScheduleManifest } from './schema/backup-schedule.ts';
import { clusterSchema, type ClusterManifest } from './schema/cluster.ts';
import {
  devClusterSchema,
  devClusterV1Beta2,
  devMachineTemplateSchema,
  devMachineTemplateV1Beta2,
  type DevMachineTemplateManifest,
} from './schema/dev.ts';
import {
  dockerClusterSchema,
  dockerMachineTemplateSchema,
  type DockerClusterManifest,
  type DockerMachineTemplateManifest,
} from './schema/docker.ts';
import { kubeadmControlPlaneSchema, type KubeadmControlPlaneManifest } from './schema/kubeadm-control-plane.ts';
import {
  kubeadmConfigTemplateSchema,
  machineDeploymentSchema,
  type KubeadmConfigTemplateManifest,
  type MachineDeploymentManifest,
} from './schema/machine-deployment.ts';
import {
  clusterResourceSetSchema,
  configMapSchema,
  secretSchema,
  type ClusterResourceSetManifest,
  type ConfigMapManifest,
  type SecretManifest,
} from './schema/provided-objects.ts';
import { clusterV1Beta2 } from './schema/v1beta2/cluster.ts';
import { dockerClusterV1Beta2, dockerMachineTemplateV1Beta2 } from './schema/v1beta2/docker.ts';
import { kubeadmControlPlaneV1Beta2 } from './schema/v1beta2/kubeadm-control-plane.ts';
import { kubeadmConfigTemplateV1Beta2, machineDeploymentV1Beta2 } from './schema/v1beta2/machine-deployment.ts';

/** What each kind is read as, in whichever version it is written: the fields are those of v1beta1. */
export type Manifests = {
  readonly Cluster: ClusterManifest;
  readonly DockerCluster: DockerClusterManifest;
  readonly DevCluster: DockerClusterManifest;
  readonly KubeadmControlPlane: KubeadmControlPlaneManifest;
  readonly DockerMachineTemplate: DockerMachineTemplateManifest;
  readonly DevMachineTemplate: DevMachineTemplateManifest;
  readonly MachineDeployment: MachineDeploymentManifest;
  readonly KubeadmConfigTemplate: KubeadmConfigTemplateManifest;
  readonly ClusterResourceSet: ClusterResourceSetManifest;
  readonly ConfigMap: ConfigMapManifest;
  readonly Secret: SecretManifest;
  readonly BackupSchedule: BackupScheduleManifest;
};

/** The shape of every kind in every version that is read. */
export const SCHEMAS: { readonly [K in Kind]: Readonly<Record<Version<K>, z.ZodType<Manifests[K]>>> } = {
  Cluster: { v1beta1: clusterSchema, v1beta2: clusterV1Beta2 },
  DockerCluster: { v1beta1: dockerClusterSchema, v1beta2: dockerClusterV1Beta2 },
  DevCluster: { v1beta1: devClusterSchema, v1beta2: devClusterV1Beta2 },
  KubeadmControlPlane: { v1beta1: kubeadmControlPlaneSchema, v1beta2: kubeadmControlPlaneV1Beta2 },
  DockerMachineTemplate: { v1beta1: dockerMachineTemplateSchema, v1beta2: dockerMachineTemplateV1Beta2 },
  DevMachineTemplate: { v1beta1: devMachineTemplateSchema, v1beta2: devMachineTemplateV1Beta2 },
  MachineDeployment: { v1beta1: machineDeploymentSchema, v1beta2: machineDeploymentV1Beta2 },
  KubeadmConfigTemplate: { v1beta1: kubeadmConfigTemplateSchema, v1beta2: kubeadmConfigTemplateV1Beta2 },
  ClusterResourceSet: { v1beta1: clusterResourceSetSchema, v1beta2: clusterResourceSetSchema },
  ConfigMap: { v1: configMapSchema },
  Secret: { v1: secretSchema },
  BackupSchedule: { v1alpha1: backupScheduleSchema },
};

/** The shape of one kind in one version. */
export const schemaOf = <K extends Kind>(kind: K, version: Version<K>): z.ZodType<Manifests[K]> => SCHEMAS[kind][version];
