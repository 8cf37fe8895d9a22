import type { ClusterPki } from '../pki/cluster-pki.ts';
import type { RemoteFile } from '../seams/command-runner.ts';

/**
 * The cluster's authorities, where kubeadm looks for them: it then signs each Machine's own
 * certificates and nothing has to be uploaded or waited for.
 */
export function certificateFiles(pki: ClusterPki): readonly RemoteFile[] {
  const folder = '/etc/kubernetes/pki';
  return [
    { path: `${folder}/ca.crt`, content: pki.ca.certificatePem, mode: '0644' },
    { path: `${folder}/ca.key`, content: pki.ca.privateKeyPem, mode: '0600' },
    { path: `${folder}/front-proxy-ca.crt`, content: pki.frontProxyCa.certificatePem, mode: '0644' },
    { path: `${folder}/front-proxy-ca.key`, content: pki.frontProxyCa.privateKeyPem, mode: '0600' },
    { path: `${folder}/etcd/ca.crt`, content: pki.etcdCa.certificatePem, mode: '0644' },
    { path: `${folder}/etcd/ca.key`, content: pki.etcdCa.privateKeyPem, mode: '0600' },
    { path: `${folder}/sa.pub`, content: pki.serviceAccount.publicKeyPem, mode: '0644' },
    { path: `${folder}/sa.key`, content: pki.serviceAccount.privateKeyPem, mode: '0600' },
  ];
}
