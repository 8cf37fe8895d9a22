import { expect, test } from 'vitest';
import { parseRouteTable } from '../../../activities/docker/host-networks.ts';

test('routes are read as networks; the default route is none', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
    'tun0\t0000000A\t0100080A\t0003\t0\t0\t50\t000000FF\t0\t0\t0',
    'tun0\t0204A8C0\t00000000\t0005\t0\t0\t50\tFFFFFFFF\t0\t0\t0',
    '',
  ].join('\n');
  expect(parseRouteTable(table)).toEqual(['172.17.0.0/16', '10.0.0.0/8', '192.168.4.2/32']);
});

test.each(['', 'Iface\tDestination\n', 'header\nnonsense\n'])('%j holds no route', (text) => {
  expect(parseRouteTable(text)).toEqual([]);
});
