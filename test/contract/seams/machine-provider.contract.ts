import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ContractWorld } from './world.ts';

/** What every MachineProvider does, whatever its machines are made of. */
export function describeMachineProvider(create: () => Promise<ContractWorld>): void {
  const setUp = async (): Promise<ContractWorld> => {
    const world = await create();
    onTestFinished(world.remove);
    return world;
  };

  describe('MachineProvider', () => {
    test('an allocation and ports are the same when asked again, and avoid what they must', async () => {
      const { provider, cluster, allocation, desired, signal } = await setUp();
      const { podCIDR, serviceCIDR, apiServerPort } = desired.network;
      expect(await provider.allocate({ cluster, avoid: [podCIDR, serviceCIDR], apiServerPort }, signal)).toEqual(allocation);
      expect(allocation).toMatchObject({ host: 'local', subnet: expect.stringMatching(/\.0\/24$/) });
      const ports = await provider.claimPorts({ cluster, names: ['a', 'b'] });
      expect(await provider.claimPorts({ cluster, names: ['b', 'a'] })).toEqual(ports);
      // c never came to be: with others named, what is left of it is given back, and theirs stay.
      await provider.claimPorts({ cluster, names: ['c'] });
      const { d } = await provider.claimPorts({ cluster, names: ['d'], others: ['a', 'b'] });
      expect(await provider.claimPorts({ cluster, names: ['a', 'b', 'd'] })).toEqual({ ...ports, d });
      expect(new Set([ports['a'], ports['b'], allocation.apiServerHostPort]).size).toBe(3);
    });

    test('claims that are restored are those that the cluster has; another one is refused', async () => {
      const { provider, cluster, scope, allocation, signal } = await setUp();
      const ports = await provider.claimPorts({ cluster, names: ['a', 'b'] });
      for (let time = 0; time < 2; time += 1) await provider.restoreClaims({ ...scope, ports }, signal);
      expect(await provider.claimPorts({ cluster, names: ['a', 'b'] })).toEqual(ports);
      await expect(provider.restoreClaims({ ...scope, ports: { c: allocation.apiServerHostPort } }, signal)).rejects.toBeInstanceOf(Error);
    });

    test('a Machine is made once, listed with all it was asked with, and removed once', async () => {
      const { provider, scope, cluster, name, provision, signal } = await setUp();
      const machine = await name('w-1', 'worker');
      await provision(machine);
      await provision(machine);
      const { name: machineName, uid, role, owner, version, address, sshPort } = machine;
      expect(await provider.listMachines(cluster, signal)).toEqual([
        { machine: machineName, machineUid: uid, role, owner, version, address, sshPort, state: 'running' },
      ]);
      const one = { ...scope, machine: machineName, machineUid: uid };
      await provider.deleteMachine(one, signal);
      await provider.deleteMachine(one, signal);
      expect(await provider.listMachines(cluster, signal)).toEqual([]);
    });

    test('one of that name with another UID is refused and stays', async () => {
      const { provider, scope, cluster, name, provision, signal } = await setUp();
      const machine = await name('w-1', 'worker');
      await provision(machine);
      await expect(provision({ ...machine, uid: randomUUID() })).rejects.toMatchObject({ name: 'OwnedByAnotherError' });
      await provider.deleteMachine({ ...scope, machine: machine.name, machineUid: randomUUID() }, signal);
      expect(await provider.listMachines(cluster, signal)).toMatchObject([{ machineUid: machine.uid, state: 'running' }]);
    });

    test('one that was stopped says so, and is started by being asked for again', async () => {
      const { provider, cluster, name, provision, powerOff, signal } = await setUp();
      const machine = await name('w-1', 'worker');
      await provision(machine);
      await powerOff(machine);
      expect(await provider.listMachines(cluster, signal)).toMatchObject([{ state: 'stopped' }]);
      await provision(machine);
      expect(await provider.listMachines(cluster, signal)).toMatchObject([{ state: 'running' }]);
    });

    test('backends are exactly the ones that were set, and down while no API server answers', async () => {
      const { provider, scope, apiServerPort, name, signal } = await setUp();
      const [a, b] = [await name('a', 'control-plane'), await name('b', 'control-plane')];
      const backends = [a, b].map((machine) => ({ name: machine.name, address: machine.address, port: apiServerPort }));
      await provider.ensureLoadBalancer({ ...scope, apiServerPort }, signal);
      expect(await provider.listBackends(scope, signal)).toEqual([]);
      await provider.setBackends(scope, backends, signal);
      await provider.ensureLoadBalancer({ ...scope, apiServerPort }, signal);
      expect(await provider.listBackends(scope, signal)).toEqual(backends.map((backend) => ({ ...backend, state: 'down' })));
      await provider.setBackends(scope, backends.slice(1), signal);
      expect(await provider.listBackends(scope, signal)).toMatchObject([{ name: b.name, state: 'down' }]);
    });

    test('a deleted cluster leaves nothing, tells what there was, and nothing is made for it again', async () => {
      const { provider, cluster, name, provision, markDeleted, signal } = await setUp();
      const machine = await name('w-1', 'worker');
      await provision(machine);
      await markDeleted();
      const { removed } = await provider.deleteCluster(cluster, signal);
      expect(removed.some((what) => what.includes(machine.name))).toBe(true);
      expect((await provider.deleteCluster(cluster, signal)).removed).toEqual([]);
      await expect(provision(machine)).rejects.toMatchObject({ name: 'ClusterDeletedError' });
    });
  });
}
