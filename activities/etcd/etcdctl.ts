const pki = '/etc/kubernetes/pki/etcd';

/** etcdctl on a control-plane Machine, of that Machine's own member, with its own certificate. */
export const etcdctl = `etcdctl --endpoints=https://127.0.0.1:2379 --cacert=${pki}/ca.crt --cert=${pki}/server.crt --key=${pki}/server.key`;
