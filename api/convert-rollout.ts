import { DEFAULT_ROLLOUT } from './defaults.ts';
import type { DesiredControlPlane, DesiredMachineDeployment } from './desired-cluster.ts';
import type { KubeadmControlPlaneManifest } from './schema/kubeadm-control-plane.ts';
import type { MachineDeploymentManifest } from './schema/machine-deployment.ts';
import { parseDateTime } from './validation/dates.ts';
import { withoutEmpty } from './without-empty.ts';

/** A manifest that writes a default out makes the same cluster as one that does not. */
const unless = <T>(usual: T, value: T | undefined): T | undefined => (value === usual ? undefined : value);

const readTime = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseDateTime(text));

/** How a control plane's Machines are replaced. */
export const convertControlPlaneRollout = (spec: KubeadmControlPlaneManifest['spec']): Pick<DesiredControlPlane, 'rollout'> =>
  withoutEmpty({
    rollout: withoutEmpty({
      maxSurge: unless<0 | 1>(DEFAULT_ROLLOUT.maxSurge, spec.rolloutStrategy?.rollingUpdate?.maxSurge),
      after: readTime(spec.rolloutAfter),
      certificatesExpiryDays: spec.rolloutBefore?.certificatesExpiryDays,
    }),
  });

/** How workers are replaced. With OnDelete there is nothing to count. */
export const convertDeploymentRollout = (
  spec: MachineDeploymentManifest['spec'],
): Pick<DesiredMachineDeployment, 'rollout' | 'minReadySeconds' | 'progressDeadlineSeconds'> => {
  const { type, rollingUpdate } = spec.strategy ?? {};
  const amounts =
    type === 'OnDelete'
      ? { strategy: type }
      : {
          maxSurge: unless(DEFAULT_ROLLOUT.maxSurge, rollingUpdate?.maxSurge),
          maxUnavailable: unless(DEFAULT_ROLLOUT.maxUnavailable, rollingUpdate?.maxUnavailable),
        };
  return withoutEmpty({
    rollout: withoutEmpty({ ...amounts, after: readTime(spec.rolloutAfter) }),
    minReadySeconds: unless(DEFAULT_ROLLOUT.minReadySeconds, spec.minReadySeconds),
    progressDeadlineSeconds: unless(DEFAULT_ROLLOUT.progressDeadlineSeconds, spec.progressDeadlineSeconds),
  });
};
