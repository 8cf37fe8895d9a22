import { bump } from './update-state.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Machine } from './machine.ts';

/** What a person writes on one Machine, and takes off it again. */
export type AnnotationChange = {
  readonly machine: string;
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
};

export type AnnotateDecision =
  | { readonly action: 'annotate' | 'unchanged'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'NotFound' | 'Invalid'; readonly reasons: readonly string[] };

/** As Cluster API has it: that it is there counts, not its value. */
const deleteMachine = 'cluster.x-k8s.io/delete-machine';

/** One that nothing heeds would promise what does not come. */
const knownAnnotations: readonly string[] = [deleteMachine];

const longestValue = 256;

/** Whether it goes before others when one has to. */
export function isToGoFirst({ annotations }: Pick<Machine, 'annotations'>): boolean {
  return annotations?.[deleteMachine] !== undefined;
}

export function decideAnnotate({ identity, machines }: ClusterState, { machine: name, set, remove }: AnnotationChange): AnnotateDecision {
  const machine = machines.find((candidate) => candidate.name === name);
  if (machine === undefined) return { action: 'refuse', refusal: 'NotFound', reasons: [`cluster ${identity.name} has no Machine ${name}`] };
  const problems = [...new Set([...Object.keys(set), ...remove])].flatMap((key) => problemWith(key, { set, remove }));
  if (problems.length > 0) return { action: 'refuse', refusal: 'Invalid', reasons: problems };
  const { annotations = {} } = machine;
  const isNews = Object.entries(set).some(([key, value]) => annotations[key] !== value) || remove.some((key) => annotations[key] !== undefined);
  return isNews ? { action: 'annotate', reasons: [`Machine ${name} is annotated`] } : { action: 'unchanged', reasons: [`Machine ${name} is annotated so already`] };
}

function problemWith(key: string, { set, remove }: Pick<AnnotationChange, 'set' | 'remove'>): readonly string[] {
  if (!knownAnnotations.includes(key)) return [`annotation "${key}" is not known; known are: ${knownAnnotations.join(', ')}`];
  const value = set[key];
  if (value !== undefined && remove.includes(key)) return [`annotation ${key} cannot be set and removed at once`];
  if (value !== undefined && (value.length > longestValue || /\p{Cc}/u.test(value))) {
    return [`the value of annotation ${key} must be one line of at most ${longestValue} characters`];
  }
  return [];
}

export function annotateMachine(state: ClusterState, { machine: name, set, remove }: AnnotationChange): ClusterState {
  const machines = state.machines.map((machine) => (machine.name === name ? withAnnotations(machine, { ...without(machine.annotations, remove), ...set }) : machine));
  return bump({ ...state, machines });
}

function withAnnotations({ annotations: _before, ...machine }: Machine, annotations: Readonly<Record<string, string>>): Machine {
  return Object.keys(annotations).length === 0 ? machine : { ...machine, annotations };
}

function without(annotations: Readonly<Record<string, string>> = {}, keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !keys.includes(key)));
}
