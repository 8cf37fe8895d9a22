import { haproxyBackendName, haproxyPaths } from '../../../domain/network/haproxy-config.ts';
import { readInside } from './docker.ts';

/** How many API servers a cluster's load balancer uses at this moment, by its own statistics. */
export async function countServersUp(cluster: string): Promise<number> {
  const csv = await readInside(`${cluster}-lb`, `echo 'show stat' | socat -t 5 - UNIX-CONNECT:${haproxyPaths.socket}`);
  const [header = '', ...rows] = csv.split('\n').map((line) => line.replace(/^# /, ''));
  const columns = header.split(',');
  const [proxy, server, status] = ['pxname', 'svname', 'status'].map((name) => columns.indexOf(name));
  if (proxy === undefined || server === undefined || status === undefined || proxy < 0) throw new Error(`no statistics: ${header}`);
  const servers = rows.map((row) => row.split(',')).filter((row) => row[proxy] === haproxyBackendName && row[server] !== 'BACKEND');
  return servers.filter((row) => row[status]?.startsWith('UP') === true).length;
}
