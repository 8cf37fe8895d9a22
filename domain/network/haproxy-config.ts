/** One API server as HAProxy reaches it; `name` is the Machine's. */
export type HaproxyBackend = { readonly name: string; readonly address: string; readonly port: number };

/** Which API server each slot of the configuration holds. A slot that is missing here is empty. */
export type SlotAssignment = ReadonlyMap<string, HaproxyBackend>;

/**
 * The servers of the backend are fixed slots, so that the running process can be given another API
 * server through its socket: a reload would leave watches of many minutes on the old process.
 */
export const haproxySlots = Array.from({ length: 9 }, (_, index) => `cp-${index + 1}`);

export const haproxyBackendName = 'api-servers';

export const haproxyPaths = {
  config: '/etc/slipway/haproxy.cfg',
  serverState: '/etc/slipway/haproxy.state',
  socket: '/run/haproxy/admin.sock',
} as const;

/** Nothing listens there; an empty slot is in maintenance and is neither checked nor used. */
export const emptySlot = { address: '127.0.0.1', port: 1 } as const;

/** The configuration that a (re)started HAProxy begins with. Golden: test/golden/docker/haproxy-*.cfg */
export function renderHaproxyConfig(request: { readonly frontendPort: number; readonly slots: SlotAssignment }): string {
  const servers = haproxySlots.map((slot) => {
    const backend = request.slots.get(slot);
    return backend === undefined
      ? `  server ${slot} ${emptySlot.address}:${emptySlot.port} disabled`
      : `  server ${slot} ${backend.address}:${backend.port} # ${backend.name}`;
  });
  return [...head(request.frontendPort), ...servers, ''].join('\n');
}

/**
 * HAProxy takes a checked server for usable until its first check has failed. This state file, read
 * at start, says "down, not yet checked" for each, so that the first check decides instead.
 * Format: version 1 of `show servers state` (HAProxy 1.8 and later).
 */
export function renderHaproxyServerState(slots: SlotAssignment): string {
  const lines = haproxySlots.flatMap((slot, index) => {
    const backend = slots.get(slot);
    if (backend === undefined) return [];
    // Operational state 0 (stopped), no administrative state, check enabled (6) but without result.
    return [`1 ${haproxyBackendName} ${index + 1} ${slot} ${backend.address} 0 0 1 1 0 1 0 0 6 0 0 0 - ${backend.port} - 0 0 - - 0`];
  });
  return ['1', `# ${stateFields}`, ...lines, ''].join('\n');
}

/** The Machine's name in each used slot, read back from a rendered configuration. */
export function readSlotNames(config: string): ReadonlyMap<string, string> {
  const matches = config.matchAll(/^ {2}server (\S+) \S+ # (\S+)$/gm);
  return new Map(Array.from(matches, ([, slot = '', name = '']) => [slot, name]));
}

const stateFields =
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state ' +
  'bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port';

function head(frontendPort: number): readonly string[] {
  return [
    'global',
    '  log stdout format raw local0 notice',
    '  maxconn 2000',
    // One thread carries far more than a control plane, and sees all changes in one order.
    '  nbthread 1',
    `  stats socket ${haproxyPaths.socket} mode 600 level admin`,
    '  stats timeout 10s',
    `  server-state-file ${haproxyPaths.serverState}`,
    '',
    'defaults',
    '  mode tcp',
    '  log global',
    '  option dontlognull',
    '  load-server-state-from-file global',
    // A dead API server costs a client a tenth of a second on the same network, not a time-out.
    '  timeout connect 2s',
    '  timeout check 2s',
    '  timeout queue 5s',
    '  option redispatch 1',
    '  retries 3',
    // Watches may be silent for long; keepalive finds peers that are gone without a word.
    '  timeout client 1h',
    '  timeout server 1h',
    '  timeout client-fin 30s',
    '  timeout server-fin 30s',
    '  option clitcpka',
    '  clitcpka-idle 30s',
    '  clitcpka-intvl 10s',
    '  clitcpka-cnt 3',
    '  option srvtcpka',
    '  srvtcpka-idle 30s',
    '  srvtcpka-intvl 10s',
    '  srvtcpka-cnt 3',
    '',
    'frontend api',
    `  bind *:${frontendPort}`,
    `  default_backend ${haproxyBackendName}`,
    '',
    `backend ${haproxyBackendName}`,
    // state file and runtime socket name the backend by this number as well
    '  id 1',
    '  balance leastconn',
    '  option httpchk GET /readyz',
    '  http-check expect status 200',
    // Clients check the API server's certificate themselves, end to end; the check only asks whether it is ready.
    '  default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions',
  ];
}
