/** The label domains that Cluster API carries from a Machine to its Node, beside those that kubelets set themselves. */
const ROLE_DOMAIN = 'node-role.kubernetes.io';
const SYNCED_DOMAINS = ['node-restriction.kubernetes.io', 'node.cluster.x-k8s.io'];
const ANNOTATION_DOMAIN = 'node.cluster.x-k8s.io';

/**
 * The labels of a Machine that its Node gets as well, by Cluster API's rule: node-role.kubernetes.io, and
 * node-restriction.kubernetes.io and node.cluster.x-k8s.io with their subdomains. A kubelet may not set most of
 * them itself: they are written through the Kubernetes API.
 */
export const selectNodeLabels = (machineLabels: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(machineLabels).filter(([key]) => {
      const domain = key.split('/')[0] ?? '';
      return (
        domain === ROLE_DOMAIN || SYNCED_DOMAINS.some((synced) => domain === synced || domain.endsWith(`.${synced}`))
      );
    }),
  );

/** The annotations of a Machine that its Node gets as well: those of node.cluster.x-k8s.io and its subdomains. */
export const selectNodeAnnotations = (annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(annotations).filter(([key]) => {
      const domain = key.split('/')[0] ?? '';
      return domain === ANNOTATION_DOMAIN || domain.endsWith(`.${ANNOTATION_DOMAIN}`);
    }),
  );
