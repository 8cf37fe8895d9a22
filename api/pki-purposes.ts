/** What Cluster API calls the Secrets of a cluster's own certificates: "demo-ca", "demo-etcd", "demo-proxy", "demo-sa". */
export const PKI_PURPOSES = ['ca', 'etcd', 'proxy', 'sa'] as const;
export type PkiPurpose = (typeof PKI_PURPOSES)[number];
