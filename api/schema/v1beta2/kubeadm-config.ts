import { argumentList } from '../arguments.ts';
import { apiServerFields, clusterConfigurationFields } from '../cluster-configuration.ts';
import { integer, object } from '../fields.ts';
import {
  commonFields,
  initFields,
  joinControlPlane,
  joinControlPlaneOfWorkers,
  joinFields,
  refusedOfWorkers,
} from '../kubeadm-config.ts';
import { makeNodeRegistration } from '../node-registration.ts';

/**
 * In v1beta2 arguments are lists, time limits have a field of their own, and what repeated the Cluster or kubeadm's
 * own type (networking, kubernetesVersion, clusterName, apiVersion, kind) is gone.
 */
const seconds = integer({ min: 1, max: 86_400, expected: 'use a number of seconds such as 240' }).optional();

const timeouts = object({
  controlPlaneComponentHealthCheckSeconds: seconds,
  kubeletHealthCheckSeconds: seconds,
  kubernetesAPICallSeconds: seconds,
  etcdAPICallSeconds: seconds,
  tlsBootstrapSeconds: seconds,
  discoverySeconds: seconds,
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
