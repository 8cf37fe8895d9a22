import { argumentList } from '../arguments.ts';
import { apiServerFields, clusterConfigurationFields } from '../cluster-configuration.ts';
import { object } from '../fields.ts';
import {
  commonFields,
  initFields,
  joinControlPlane,
  joinControlPlaneOfWorkers,
  joinFields,
  refusedOfWorkers,
} from '../kubeadm-config.ts';
import { onlyNumber } from '../machines.ts';
import { makeNodeRegistration } from '../node-registration.ts';

/**
 * In v1beta2 arguments are lists, time limits have a field of their own, and what repeated the Cluster or kubeadm's
 * own type (networking, kubernetesVersion, clusterName, apiVersion, kind) is gone.
 */
const seconds = (accepted: number) => onlyNumber(accepted, "the time limits of a bootstrap are Slipway's own");

const timeouts = object({
  controlPlaneComponentHealthCheckSeconds: seconds(240),
  kubeletHealthCheckSeconds: seconds(240),
  kubernetesAPICallSeconds: seconds(60),
  etcdAPICallSeconds: seconds(120),
  tlsBootstrapSeconds: seconds(300),
  discoverySeconds: seconds(300),
}).optional();

const nodeRegistration = makeNodeRegistration(argumentList).optional();

/** The KubeadmConfigSpec of a control plane. */
export const controlPlaneConfigV1Beta2 = object({
  ...commonFields,
  clusterConfiguration: object({
    apiServer: object(apiServerFields(argumentList)).optional(),
    ...clusterConfigurationFields(argumentList),
  }).optional(),
  initConfiguration: object({ nodeRegistration, ...initFields, timeouts }).optional(),
  joinConfiguration: object({ nodeRegistration, ...joinFields, timeouts, controlPlane: joinControlPlane }).optional(),
});

/** The KubeadmConfigSpec of workers. */
export const workerConfigV1Beta2 = object({
  ...commonFields,
  ...refusedOfWorkers,
  joinConfiguration: object({
    nodeRegistration,
    ...joinFields,
    timeouts,
    controlPlane: joinControlPlaneOfWorkers,
  }).optional(),
});
