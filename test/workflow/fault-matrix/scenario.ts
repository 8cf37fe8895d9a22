import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import type { MachineRole } from '../../../domain/machine.ts';
import type { Operation, RequestOf } from '../../../simulator/protocol.ts';
import type { ScenarioName } from './rows.ts';
import type { HeldCluster, Size } from './snapshot.ts';

/**
 * What a scenario does with its cluster. Each of these is one operation, in which faults may wait: it
 * resolves when the operation has ended as it should and all invariants hold.
 */
export type DrivenCluster = {
  readonly name: string;
  readonly create: (size: Size) => Promise<void>;
  /** `blocks`: also without a fault the operation stops once, and goes on when it is tried again. */
  readonly scale: (role: MachineRole, replicas: number, options?: { readonly blocks?: true }) => Promise<void>;
  /** A control-plane Machine is the one whose member leads. */
  readonly deleteMachine: (role: MachineRole) => Promise<void>;
  /** The manifest of its size with that change; what holds the rollout until a person says a word is let go on. */
  readonly apply: (change: (manifest: DesiredCluster) => DesiredCluster) => Promise<void>;
  /** No operation: what is under way, or comes next, is held. */
  readonly pauseRollout: (role: MachineRole) => Promise<void>;
  /** Those Machines are again as they were then. */
  readonly undo: (role: MachineRole, to: Pick<ClusterState, 'revision' | 'desired'>) => Promise<void>;
  readonly delete: () => Promise<void>;
  /** Between operations: what the entity and the simulator hold. */
  readonly look: () => Promise<{ readonly state: ClusterState; readonly held: HeldCluster }>;
  /** Asks the simulator for something that is done to this cluster from outside; it is known by its UID. */
  readonly simulate: <O extends Operation>(operation: O, request: (uid: string) => RequestOf<O>) => Promise<void>;
};

/** A life of a cluster in which every activity that it runs is struck, in one life or another. */
export type Scenario = {
  readonly name: ScenarioName;
  /** The manifest's cluster, of that size. */
  readonly manifest: (cluster: string, size: Size) => DesiredCluster;
  readonly drive: (cluster: DrivenCluster) => Promise<void>;
  /** What is there at the end. */
  readonly end: 'gone' | Size;
  /** Every pass of the entity's loop is a run of its own. */
  readonly continueAsNewEveryPass?: true;
};
