import { fixedAddresses, listSubnetCandidates, withoutOverlaps } from '../domain/network/allocation.ts';
import { applyObject } from './rules/apply-objects.ts';
import { backendIsUp, endpointAnswers } from './rules/endpoint.ts';
import { deletePod, evictPod } from './rules/evict.ts';
import { deleteMachine, ensureMachine, findMachine, isReachable, reachMachine, replaceMachine, setPower } from './rules/machines.ts';
import { etcdVersionOf, isConnected, isHealthy, memberOf } from './rules/members.ts';
import { claimPorts, releaseOtherPorts } from './rules/new-cluster.ts';
import { describeNode, replaceNode } from './rules/nodes.ts';
import { cordonMarked, updateNode } from './rules/update-node.ts';
import { refuse, type Outcome } from './rules/outcome.ts';
import { observeAddons } from './rules/addons.ts';
import { observeComponents } from './rules/components.ts';
import { podsOn } from './rules/pods.ts';
import { deliverSnapshot, discardSnapshot, readSnapshot, takeSnapshot } from './rules/snapshots.ts';
import { moveLeader, readValue, removeMember, writeValue } from './rules/reconfigure.ts';
import { runCommand, stopApiServer, stopControlPlane, writeFiles } from './rules/run-command.ts';
import type { SimulatedCluster, SimulatedMachine, SimulatedNode, SimulatedPod } from './rules/state.ts';
import { chooseTiming } from './rules/timing.ts';
import type { Operation, RequestOf } from './protocol.ts';

type Handler<O extends Operation> = (cluster: SimulatedCluster, request: RequestOf<O>) => Outcome<unknown>;

/** Those that concern the process as a whole are the world's (world.ts). */
export type ClusterOperation = Exclude<Operation, 'ping' | 'deleteCluster' | 'control/list' | 'control/advance'>;

/** What each operation does to a cluster at its time: pure, and the whole of what the process offers. */
export const operations: { readonly [O in ClusterOperation]: Handler<O> } = {
  allocate: (cluster, { avoid }) => {
    // Each simulated cluster has a network of its own: what others use does not matter to it.
    const [subnet = '10.250.0.0/24'] = withoutOverlaps(listSubnetCandidates(cluster.seed), avoid);
    const claimed = claimPorts(cluster, ['apiServer']);
    return { cluster: claimed.cluster, value: { subnet, ...fixedAddresses(subnet), apiServerHostPort: claimed.value['apiServer'] } };
  },
  claimPorts: (cluster, { names, others }) => claimPorts(others === undefined ? cluster : releaseOtherPorts(cluster, [...names, ...others]), names),
  ensureNetwork: (cluster) => done(cluster.network ? cluster : { ...cluster, network: true }),
  ensureLoadBalancer: (cluster, { apiServerPort }) =>
    done(cluster.loadBalancer === undefined ? { ...cluster, network: true, loadBalancer: { apiServerPort, backends: [] } } : cluster),
  setBackends: (cluster, { backends }) => {
    const { loadBalancer } = cluster;
    if (loadBalancer === undefined) return refuse(cluster, { name: 'LoadBalancerError', message: `cluster ${cluster.name} has no load balancer. Nothing was changed.` });
    const next = backends.map((backend) => {
      const kept = loadBalancer.backends.find(({ name, address, port }) => name === backend.name && address === backend.address && port === backend.port);
      return kept ?? { ...backend, addedAt: cluster.at };
    });
    return done({ ...cluster, loadBalancer: { ...loadBalancer, backends: next } });
  },
  listBackends: (cluster) => {
    const backends = cluster.loadBalancer?.backends ?? [];
    return answer(cluster, backends.map(({ name, address, port, ...rest }) => ({ name, address, port, state: backendIsUp(cluster, { name, address, port, ...rest }) ? 'up' : 'down' })));
  },
  ensureMachine: (cluster, { cluster: _cluster, machine: name, times, ...facts }) => {
    const timing = chooseTiming(times, `${cluster.seed}/${facts.uid}`);
    const made = ensureMachine({ ...cluster, network: true }, { name, ...facts, timing, earlierRuns: [] });
    return made.refused === undefined ? answer(made.cluster, observe(made.value)) : made;
  },
  deleteMachine: (cluster, { machine: name, uid }) => done(deleteMachine(cluster, { name, uid })),
  listMachines: (cluster) => answer(cluster, cluster.machines.map(observe)),

  waitForSsh: (cluster, { machine: name }) => {
    const machine = findMachine(cluster, name);
    const isUp = machine !== undefined && isReachable(cluster, machine);
    return answer(cluster, isUp ? { done: true } : { done: false, waitingFor: `sshd of ${name}` });
  },
  writeFiles: (cluster, request) => writeFiles(cluster, request),
  stopApiServer: (cluster, { machine }) => stopApiServer(cluster, machine),
  stopControlPlane: (cluster, { machine }) => stopControlPlane(cluster, machine),
  runCommand: (cluster, request) => runCommand(cluster, request),
  readCertificates: (cluster, { machine }) => {
    const reached = reachMachine(cluster, machine);
    if (reached.refused !== undefined) return reached;
    const { certificatesExpireAt } = reached.value;
    if (certificatesExpireAt !== undefined) return answer(cluster, { validForMs: certificatesExpireAt - cluster.at });
    return refuse(cluster, { name: 'CertificateUnreadableError', message: `the API server's certificate on Machine ${machine} cannot be read: No such file or directory` });
  },

  listMembers: (cluster, { machine }) =>
    throughEtcd(cluster, machine, (current) => {
      const probe = readValue(current, 'health');
      if (probe.refused !== undefined) return probe;
      const members = current.etcd.members.map((member) => ({
        id: member.id,
        name: member.name,
        peerUrls: [member.peerUrl],
        learner: member.learner,
        healthy: isHealthy(current, member),
        leader: current.etcd.leader === member.id,
        ...etcdVersionOf(current, member),
        alarms: current.etcd.alarms.filter(({ memberId }) => memberId === member.id).map(({ alarm }) => alarm),
      }));
      return answer(current, members);
    }),
  removeMember: (cluster, { machine, memberId }) =>
    throughEtcd(cluster, machine, (current) => {
      const isListed = current.etcd.members.some(({ id }) => id === memberId);
      return isListed ? orNull(removeMember(current, memberId)) : done(current);
    }),
  moveLeader: (cluster, { machine, memberId }) => throughEtcd(cluster, machine, (current) => orNull(moveLeader(current, memberId))),
  takeSnapshot: (cluster, { machine, id }) => throughEtcd(cluster, machine, (current) => takeSnapshot(current, machine, id)),
  readSnapshot: (cluster, { machine, id }) => readSnapshot(cluster, machine, id),
  deliverSnapshot: (cluster, { machine, id, snapshot }) => deliverSnapshot(cluster, machine, { id, snapshot }),
  discardSnapshot: (cluster, { machine, id }) => discardSnapshot(cluster, machine, id),

  apiReady: (cluster) => answer(cluster, endpointAnswers(cluster)),
  listNodes: (cluster) => throughApi(cluster, (current) => answer(current, current.nodes.map(observeNode))),
  waitForNode: (cluster, { node: name }) => {
    const node = endpointAnswers(cluster) ? cluster.nodes.find((candidate) => candidate.name === name) : undefined;
    if (node?.ready === 'True') return answer(cluster, { done: true, node: observeNode(node) });
    return answer(cluster, { done: false, waitingFor: node === undefined ? `Node ${name} to register` : `Node ${name}: ${describeNode(node).message}` });
  },
  listComponents: (cluster) => throughApi(cluster, (current) => answer(current, observeComponents(current))),
  listAddonRollouts: (cluster) => throughApi(cluster, (current) => answer(current, observeAddons(current))),
  updateNode: (cluster, { node: name, cluster: _cluster, ...wanted }) => throughApi(cluster, (current) => updateNode(current, name, wanted)),
  cordonNode: (cluster, { node, unschedulable, marked }) => onNode(cluster, node, (found) => (marked === true ? cordonMarked(found, unschedulable) : { ...found, unschedulable })),
  declareOutOfService: (cluster, { node }) => onNode(cluster, node, (found) => ({ ...found, outOfService: true })),
  deleteNode: (cluster, { node }) => throughApi(cluster, (current) => done({ ...current, nodes: current.nodes.filter(({ name }) => name !== node) })),
  apply: (cluster, { objects }) => throughApi(cluster, (current) => done(objects.reduce(applyObject, current))),
  moveEndpoint: (cluster, { to, keys }) => throughApi(cluster, (current) => done({ ...current, moved: { to, keys } })),
  listPods: (cluster, { node }) => throughApi(cluster, (current) => answer(current, podsOn(current, node).map(observePod))),
  evictPod: (cluster, request) => throughApi(cluster, (current) => evictPod(current, request)),
  deletePod: (cluster, request) => throughApi(cluster, (current) => done(deletePod(current, request))),

  'control/read': (cluster) => answer(cluster, cluster),
  'control/setPower': (cluster, { machine, on }) => done(setPower(cluster, machine, on)),
  'control/setPartitioned': (cluster, { machine, partitioned }) => onMachine(cluster, machine, (found) => ({ ...found, partitioned })),
  'control/setUnreachable': (cluster, { machine, unreachable }) => onMachine(cluster, machine, (found) => ({ ...found, unreachable })),
  'control/setAlarm': (cluster, { machine: name, alarm, active }) => {
    const memberId = findMachine(cluster, name)?.etcd?.memberId;
    if (memberId === undefined) return refuse(cluster, unknownMachine(name));
    const others = cluster.etcd.alarms.filter((other) => other.memberId !== memberId || other.alarm !== alarm);
    return done({ ...cluster, etcd: { ...cluster.etcd, alarms: active ? [...others, { memberId, alarm }] : others } });
  },
  'control/setEtcdVersion': (cluster, { machine, version }) => onMachine(cluster, machine, (found) => ({ ...found, etcdVersion: version })),
  'control/setTimes': (cluster, { machine, times }) => onMachine(cluster, machine, (found) => ({ ...found, timing: { ...found.timing, ...times } })),
  'control/addFault': (cluster, { cluster: _cluster, ...fault }) =>
    done({ ...cluster, faults: [...cluster.faults.filter(({ id }) => id !== fault.id), fault] }),
  'control/clearFaults': ({ chaos: _chaos, ...cluster }) => done({ ...cluster, faults: [] }),
  'control/setChaos': (cluster, { cluster: _cluster, ...chaos }) => done({ ...cluster, chaos }),
  'control/write': (cluster, { key, value }) => throughApi(cluster, (current) => writeValue(current, key, value)),
  'control/get': (cluster, { key }) => throughApi(cluster, (current) => readValue(current, key)),
};

function answer<T>(cluster: SimulatedCluster, value: T): Outcome<T> {
  return { cluster, value };
}

function done(cluster: SimulatedCluster): Outcome<null> {
  return { cluster, value: null };
}

function orNull(outcome: Outcome<void>): Outcome<null> {
  return outcome.refused === undefined ? done(outcome.cluster) : outcome;
}

function observe({ name, uid, role, owner, version, address, sshPort, failureDomain, power }: SimulatedMachine) {
  const facts = { machine: name, machineUid: uid, role, owner, version, address, sshPort, ...(failureDomain === undefined ? {} : { failureDomain }) };
  return { ...facts, state: power.on ? 'running' : 'stopped' };
}

/** `readySince` and `deletingSince` are simulated time here; the edge makes them real. */
function observePod({ namespace, name, owner, emptyDir, terminatingSince }: SimulatedPod) {
  return { namespace, name, owner, emptyDir, ...(terminatingSince === undefined ? {} : { deletingSince: terminatingSince }) };
}

function observeNode(node: SimulatedNode) {
  return { name: node.name, ready: node.ready, ...describeNode(node), kubeletVersion: node.version, readySince: node.since, unschedulable: node.unschedulable, labels: node.labels };
}

function throughApi<T>(cluster: SimulatedCluster, work: (cluster: SimulatedCluster) => Outcome<T>): Outcome<T> {
  if (endpointAnswers(cluster)) return work(cluster);
  return refuse(cluster, { name: 'ApiUnreachableError', message: `the API server of cluster ${cluster.name} does not answer. Nothing was changed.` });
}

/** As etcdctl on that Machine sees it: one that its peers cannot reach has no leader. */
function throughEtcd<T>(cluster: SimulatedCluster, machine: string, work: (cluster: SimulatedCluster) => Outcome<T>): Outcome<T> {
  const reached = reachMachine(cluster, machine);
  if (reached.refused !== undefined) return reached;
  const { etcd } = reached.value;
  if (etcd === undefined || etcd.upAt > cluster.at) {
    return refuse(cluster, { name: 'EtcdctlError', message: `etcdctl on Machine ${machine}: dial tcp 127.0.0.1:2379: connect: connection refused` });
  }
  const member = memberOf(cluster, reached.value);
  if (member === undefined || !isConnected(cluster, member)) {
    return refuse(cluster, { name: 'EtcdctlError', message: `etcdctl on Machine ${machine}: context deadline exceeded` });
  }
  return work(cluster);
}

function onNode(cluster: SimulatedCluster, name: string, change: (node: SimulatedNode) => SimulatedNode): Outcome<null> {
  return throughApi(cluster, (current) => {
    const node = current.nodes.find((candidate) => candidate.name === name);
    if (node === undefined) return refuse(current, { name: 'NodeNotFoundError', message: `nodes "${name}" not found` });
    return done(replaceNode(current, change(node)));
  });
}

function onMachine(cluster: SimulatedCluster, name: string, change: (machine: SimulatedMachine) => SimulatedMachine): Outcome<null> {
  const machine = findMachine(cluster, name);
  return machine === undefined ? refuse(cluster, unknownMachine(name)) : done(replaceMachine(cluster, change(machine)));
}

function unknownMachine(name: string) {
  return { name: 'UnknownMachineError', message: `the simulator has no machine ${name}. Nothing was changed.` };
}
