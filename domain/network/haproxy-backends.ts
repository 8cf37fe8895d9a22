import { emptySlot, haproxyBackendName, haproxySlots, type HaproxyBackend, type SlotAssignment } from './haproxy-config.ts';

/** One server of the running HAProxy. `drained`: checked, but given no new connection. */
export type SlotState = {
  readonly slot: string;
  readonly address: string;
  readonly port: number;
  readonly health: 'up' | 'down';
  readonly admin: 'ready' | 'drained' | 'maintenance';
};

/**
 * Bits of srv_admin_state: forced, inherited, or for want of an address. Not 0x04, which only
 * remembers for ever that the configuration began with "disabled".
 */
const maintenanceBits = 0x01 | 0x02 | 0x20;
const drainBits = 0x08 | 0x10;
/** srv_op_state of a server that may be given connections. */
const running = 2;

/** Reads the answer of `show servers state`; servers of other backends are left out. */
export function parseServersState(answer: string): readonly SlotState[] {
  const lines = answer.split('\n').map((line) => line.trim());
  const header = lines.find((line) => line.startsWith('# '))?.slice(2).split(/\s+/) ?? [];
  const field = (values: readonly string[], name: string): string => values[header.indexOf(name)] ?? '';
  return lines
    .filter((line) => /^\d+ \S+ /.test(line))
    .map((line) => line.split(/\s+/))
    .filter((values) => field(values, 'be_name') === haproxyBackendName)
    .map((values) => {
      const admin = Number(field(values, 'srv_admin_state'));
      return {
        slot: field(values, 'srv_name'),
        address: field(values, 'srv_addr'),
        port: Number(field(values, 'srv_port')),
        health: Number(field(values, 'srv_op_state')) === running ? 'up' : 'down',
        admin: (admin & maintenanceBits) !== 0 ? 'maintenance' : (admin & drainBits) !== 0 ? 'drained' : 'ready',
      };
    });
}

export type BackendsPlan = {
  readonly slots: SlotAssignment;
  /** To be sent a moment before the rest, so that requests under way at servers that go can end. */
  readonly drain: readonly string[];
  readonly commands: readonly string[];
};

/**
 * Which slot each API server gets, and what to tell the running process. An API server that has a
 * slot keeps it, so its sessions go on; with nothing to change there are no commands.
 * @throws RangeError when there are more API servers than slots
 */
export function planBackends(current: readonly SlotState[], backends: readonly HaproxyBackend[]): BackendsPlan {
  if (backends.length > haproxySlots.length) {
    throw new RangeError(`${backends.length} API servers: the load balancer has slots for ${haproxySlots.length}`);
  }
  const slots = assignSlots(current, backends);
  const commands = current.flatMap((state) => {
    const backend = slots.get(state.slot);
    return backend === undefined ? emptyCommands(state) : fillCommands(state, backend);
  });
  const leaving = current.filter(({ slot, admin, health }) => !slots.has(slot) && admin === 'ready' && health === 'up');
  return { slots, drain: leaving.map(({ slot }) => `set server ${haproxyBackendName}/${slot} state drain`), commands };
}

function assignSlots(current: readonly SlotState[], backends: readonly HaproxyBackend[]): SlotAssignment {
  const slots = new Map<string, HaproxyBackend>();
  const homeless = backends.filter((backend) => {
    const home = current.find((state) => !slots.has(state.slot) && holds(state, backend));
    if (home !== undefined) slots.set(home.slot, backend);
    return home === undefined;
  });
  // A slot in maintenance first: nobody's sessions are on it.
  const free = [...current].sort((a, b) => Number(b.admin === 'maintenance') - Number(a.admin === 'maintenance'));
  for (const backend of homeless) {
    const slot = free.find((state) => !slots.has(state.slot));
    if (slot !== undefined) slots.set(slot.slot, backend);
  }
  return slots;
}

function holds(state: SlotState, backend: HaproxyBackend): boolean {
  return state.address === backend.address && state.port === backend.port;
}

function fillCommands(state: SlotState, backend: HaproxyBackend): readonly string[] {
  const server = `${haproxyBackendName}/${state.slot}`;
  if (holds(state, backend)) {
    if (state.admin === 'ready') return [];
    // Drained, it went on being checked.
    return state.admin === 'drained' && state.health === 'up' ? [`set server ${server} state ready`] : becomeReady(server);
  }
  return [
    ...(state.admin === 'maintenance' ? [] : leaveService(server)),
    `set server ${server} addr ${backend.address} port ${backend.port}`,
    ...becomeReady(server),
  ];
}

function emptyCommands(state: SlotState): readonly string[] {
  const server = `${haproxyBackendName}/${state.slot}`;
  const isEmpty = state.address === emptySlot.address && state.port === emptySlot.port;
  return [
    ...(state.admin === 'maintenance' ? [] : leaveService(server)),
    ...(isEmpty ? [] : [`set server ${server} addr ${emptySlot.address} port ${emptySlot.port}`]),
  ];
}

function leaveService(server: string): readonly string[] {
  return [`set server ${server} state maint`, `shutdown sessions server ${server}`];
}

/**
 * A server that leaves maintenance counts as up until its first check fails. Passing through
 * "drain" and "down" closes that gap: it gets connections only once a check has succeeded.
 */
function becomeReady(server: string): readonly string[] {
  return [`set server ${server} state drain`, `set server ${server} health down`, `set server ${server} state ready`];
}
