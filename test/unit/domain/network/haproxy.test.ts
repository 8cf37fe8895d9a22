import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseServersState, planBackends, type SlotState } from '../../../../domain/network/haproxy-backends.ts';
import {
  emptySlot,
  haproxySlots,
  readSlotNames,
  renderHaproxyConfig,
  renderHaproxyServerState,
  type HaproxyBackend,
} from '../../../../domain/network/haproxy-config.ts';

const golden = '../../../golden/docker';
const machine = (last: number): HaproxyBackend => ({ name: `demo-control-plane-${last}`, address: `172.30.4.${last}`, port: 6443 });
const [a, b, c] = [machine(10), machine(11), machine(12)];
const empty: readonly SlotState[] = haproxySlots.map((slot) => ({ slot, ...emptySlot, health: 'down', admin: 'maintenance' }));

/** What HAProxy makes of the commands. */
function apply(states: readonly SlotState[], commands: readonly string[]): readonly SlotState[] {
  return commands.reduce((current, command) => {
    const [, slot = '', what = ''] = /^(?:set|shutdown sessions) server api-servers\/(\S+) ?(.*)$/.exec(command) ?? [];
    expect(current.map((state) => state.slot)).toContain(slot);
    return current.map((state) => (state.slot === slot ? applyOne(state, what) : state));
  }, states);
}

function applyOne(state: SlotState, what: string): SlotState {
  const [, address, port] = /^addr (\S+) port (\d+)$/.exec(what) ?? [];
  if (address !== undefined) return { ...state, address, port: Number(port) };
  switch (what) {
    case 'state maint':
      return { ...state, admin: 'maintenance', health: 'down' };
    case 'state drain':
      // Leaving maintenance, HAProxy takes a checked server for up.
      return { ...state, admin: 'drained', health: state.admin === 'maintenance' ? 'up' : state.health };
    case 'health down':
      return { ...state, health: 'down' };
    case 'state ready':
      return { ...state, admin: 'ready', health: state.admin === 'maintenance' ? 'up' : state.health };
    default:
      return state;
  }
}

/** It is wanted, and its health is what a check has found: its sessions must go on. */
function isKept(state: SlotState, wanted: readonly HaproxyBackend[]): boolean {
  const isWanted = wanted.some(({ address }) => address === state.address);
  return isWanted && (state.admin === 'ready' || (state.admin === 'drained' && state.health === 'up'));
}

describe('the rendered files', () => {
  const slots = new Map([
    ['cp-1', a],
    ['cp-3', c],
  ]);

  test('are as in the golden files', async () => {
    await expect(renderHaproxyConfig({ frontendPort: 6443, slots: new Map() })).toMatchFileSnapshot(`${golden}/haproxy-empty.cfg`);
    await expect(renderHaproxyConfig({ frontendPort: 8443, slots })).toMatchFileSnapshot(`${golden}/haproxy-two-servers.cfg`);
    await expect(renderHaproxyServerState(slots)).toMatchFileSnapshot(`${golden}/haproxy-two-servers.state`);
  });

  test('name the Machine in each used slot', () => {
    expect(readSlotNames(renderHaproxyConfig({ frontendPort: 6443, slots }))).toEqual(
      new Map([
        ['cp-1', a.name],
        ['cp-3', c.name],
      ]),
    );
  });

  test('bring HAProxy up with every server down until its check', () => {
    expect(parseServersState(renderHaproxyServerState(slots))).toEqual([
      { slot: 'cp-1', address: a.address, port: 6443, health: 'down', admin: 'ready' },
      { slot: 'cp-3', address: c.address, port: 6443, health: 'down', admin: 'ready' },
    ]);
  });
});

describe('servers of the running HAProxy', () => {
  /** As HAProxy 2.6 answered `show servers state`. */
  const answer = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port
1 api-servers 1 cp-1 172.30.1.10 2 4 1 1 17 15 3 4 6 0 1 0 - 6443 - 0 0 - - 0
1 api-servers 2 cp-2 172.30.1.11 0 8 1 1 17 2 0 6 0 0 1 0 - 6443 - 0 0 - - 0
1 api-servers 3 cp-3 127.0.0.1 0 5 1 1 0 1 0 0 14 0 1 0 - 1 - 0 0 - - 0
2 other 1 cp-1 127.0.0.1 2 0 1 1 0 1 0 0 14 0 1 0 - 1 - 0 0 - - 0
`;

  test('are read by the names of the columns', () => {
    expect(parseServersState(answer)).toEqual([
      // 4 only remembers a configuration that said "disabled".
      { slot: 'cp-1', address: '172.30.1.10', port: 6443, health: 'up', admin: 'ready' },
      { slot: 'cp-2', address: '172.30.1.11', port: 6443, health: 'down', admin: 'drained' },
      { slot: 'cp-3', address: '127.0.0.1', port: 1, health: 'down', admin: 'maintenance' },
    ]);
  });

  test.each(['', 'Permission denied\n', '1\n'])('are none in the answer %j', (text) => {
    expect(parseServersState(text)).toEqual([]);
  });
});

describe('the plan for a change of backends', () => {
  test('fills slots in order, through drain and down, so that a check comes before the first connection', () => {
    expect(planBackends(empty, [a]).commands).toEqual([
      'set server api-servers/cp-1 addr 172.30.4.10 port 6443',
      'set server api-servers/cp-1 state drain',
      'set server api-servers/cp-1 health down',
      'set server api-servers/cp-1 state ready',
    ]);
  });

  test('drains what goes, then takes it out and closes its sessions; what stays is not spoken of', () => {
    const current = apply(empty, planBackends(empty, [a, b]).commands).map((state) => ({ ...state, health: 'up' as const }));
    const plan = planBackends(current, [b]);
    expect(plan.drain).toEqual(['set server api-servers/cp-1 state drain']);
    expect(plan.commands).toEqual([
      'set server api-servers/cp-1 state maint',
      'shutdown sessions server api-servers/cp-1',
      'set server api-servers/cp-1 addr 127.0.0.1 port 1',
    ]);
    expect([...plan.slots]).toEqual([['cp-2', b]]);
  });

  test('puts a backend that somebody took out by hand back', () => {
    const current = apply(empty, planBackends(empty, [a]).commands);
    const byHand = apply(current, ['set server api-servers/cp-1 state maint']);
    expect(planBackends(byHand, [a]).commands).toEqual([
      'set server api-servers/cp-1 state drain',
      'set server api-servers/cp-1 health down',
      'set server api-servers/cp-1 state ready',
    ]);
  });

  test('refuses more API servers than there are slots', () => {
    expect(() => planBackends(empty, Array.from({ length: 10 }, (_, index) => machine(10 + index)))).toThrow(/slots for 9/);
  });

  test('leads from any state to exactly the wanted one, keeps slots, never makes a server up unchecked (property)', () => {
    const state = fc.record({
      last: fc.option(fc.integer({ min: 10, max: 20 })),
      health: fc.constantFrom('up' as const, 'down' as const),
      admin: fc.constantFrom('ready' as const, 'drained' as const, 'maintenance' as const),
    });
    const states = fc.uniqueArray(state, { minLength: 9, maxLength: 9, selector: ({ last }) => last ?? Symbol('empty') }).map((all) =>
      all.map(({ last, health, admin }, index): SlotState => {
        const address = last === null ? emptySlot : { address: machine(last).address, port: 6443 };
        return { slot: `cp-${index + 1}`, address: address.address, port: address.port, health: admin === 'maintenance' ? 'down' : health, admin };
      }),
    );
    const wanted = fc.uniqueArray(fc.integer({ min: 10, max: 22 }), { maxLength: 9 }).map((all) => all.map(machine));
    fc.assert(
      fc.property(states, wanted, (current, backends) => {
        const plan = planBackends(current, backends);
        const after = apply(apply(current, plan.drain), plan.commands);
        const serving = after.filter(({ admin }) => admin === 'ready').map(({ address }) => address);
        expect(serving.sort()).toEqual(backends.map(({ address }) => address).sort());
        expect(planBackends(after, backends).commands).toEqual([]);
        expect(planBackends(after, backends).drain).toEqual([]);
        const stays = new Set(current.filter((before) => isKept(before, backends)).map(({ slot }) => slot));
        expect(after.filter(({ slot }) => stays.has(slot))).toEqual(
          current.filter(({ slot }) => stays.has(slot)).map((before) => ({ ...before, admin: 'ready' })),
        );
        expect(after.filter(({ slot, admin, health }) => !stays.has(slot) && admin === 'ready' && health === 'up')).toEqual([]);
      }),
    );
  });
});
