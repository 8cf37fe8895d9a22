import { z } from 'zod';
import type { MachineInfrastructureRequest, MachineProvider, ObservedMachineInfrastructure } from '../seams/machine-provider.ts';
import { AdmissionRefusedError } from '../request-errors.ts';
import type { SimulatorClient } from './client.ts';
import { SimulatorUnreachableError } from './errors.ts';

const nothing = z.null();
const networkFacts = z.object({ subnet: z.string(), gateway: z.string(), loadBalancerAddress: z.string(), apiServerHostPort: z.number() });
const backends = z.array(z.object({ name: z.string(), address: z.string(), port: z.number(), state: z.enum(['up', 'down', 'maintenance']) }));
const machine: z.ZodType<ObservedMachineInfrastructure> = z.object({
  machine: z.string(),
  machineUid: z.string(),
  role: z.enum(['control-plane', 'worker']),
  owner: z.string(),
  version: z.string(),
  address: z.string(),
  sshPort: z.number(),
  failureDomain: z.string().exactOptional(),
  state: z.enum(['running', 'stopped', 'absent']),
});

/** Machines that are entries of the simulator's memory. */
export function createSimulatedMachineProvider(deps: { readonly client: SimulatorClient; readonly host: string }): MachineProvider {
  const { client, host } = deps;
  return {
    /** It has every version; asked at admission, so that nothing is begun that nobody could simulate. */
    async checkImage() {
      try {
        await client.call('ping', {}, { signal: AbortSignal.timeout(10_000), answer: nothing });
      } catch (cause) {
        throw cause instanceof SimulatorUnreachableError ? new AdmissionRefusedError(cause.message) : cause;
      }
    },
    async allocate({ cluster, avoid }, signal) {
      const request = { cluster: cluster.uid, name: cluster.name, installation: cluster.installation, avoid: [...avoid] };
      return { host, ...(await client.call('allocate', request, { signal, answer: networkFacts })) };
    },
    async claimPorts({ cluster, names, others }) {
      const signal = AbortSignal.timeout(30_000);
      return client.call('claimPorts', { cluster: cluster.uid, names: [...names], ...(others === undefined ? {} : { others: [...others] }) }, { signal, answer: z.record(z.string(), z.number()) });
    },
    /** A simulator that has forgotten the cluster gives its names the ports that it gave them first. */
    async restoreClaims({ cluster, allocation, ports }, signal) {
      await client.call('allocate', { cluster: cluster.uid, name: cluster.name, installation: cluster.installation, avoid: [] }, { signal, answer: networkFacts });
      const wantedPorts = { ...ports, apiServer: allocation.apiServerHostPort };
      const held = await client.call('claimPorts', { cluster: cluster.uid, names: Object.keys(wantedPorts) }, { signal, answer: z.record(z.string(), z.number()) });
      const other = Object.entries(wantedPorts).find(([name, port]) => held[name] !== port);
      if (other !== undefined) throw new AdmissionRefusedError(`cluster ${cluster.name}: port ${other[1]}, which ${other[0]} had, is another one's in this simulator. Nothing was changed.`);
    },
    async ensureNetwork({ cluster }, signal) {
      await client.call('ensureNetwork', { cluster: cluster.uid }, { signal, answer: nothing });
    },
    async ensureLoadBalancer({ cluster, apiServerPort }, signal) {
      await client.call('ensureLoadBalancer', { cluster: cluster.uid, apiServerPort }, { signal, answer: nothing });
    },
    async setBackends({ cluster }, servers, signal) {
      const request = { cluster: cluster.uid, backends: servers.map(({ name, address, port }) => ({ name, address, port })) };
      await client.call('setBackends', request, { signal, answer: nothing });
    },
    async listBackends({ cluster }, signal) {
      return client.call('listBackends', { cluster: cluster.uid }, { signal, answer: backends });
    },
    async ensureMachine(request, signal) {
      return client.call('ensureMachine', wanted(request), { signal, answer: machine });
    },
    async loadImages() {
      // No image is run on a simulated Machine.
    },
    async carryImages() {
      // No image is run on a simulated Machine.
      return [];
    },
    async deleteMachine({ cluster, machine: name, machineUid }, signal) {
      await client.call('deleteMachine', { cluster: cluster.uid, machine: name, uid: machineUid }, { signal, answer: nothing });
    },
    async listMachines(cluster, signal) {
      return client.call('listMachines', { cluster: cluster.uid }, { signal, answer: z.array(machine) });
    },
    async deleteCluster(cluster, signal) {
      return client.call('deleteCluster', { cluster: cluster.uid }, { signal, answer: z.object({ removed: z.array(z.string()) }) });
    },
  };
}

/** Keys stay here: nobody logs in to a simulated Machine. */
function wanted(request: MachineInfrastructureRequest) {
  const { cluster, machine: name, machineUid, role, owner, version, address, sshPort, failureDomain, spec } = request;
  const facts = { role, owner, version, address, sshPort, ...(failureDomain === undefined ? {} : { failureDomain }) };
  return { cluster: cluster.uid, machine: name, uid: machineUid, ...facts, times: spec.inMemory ?? {} };
}
