type Container = { readonly name: string; readonly env?: readonly { readonly name: string; readonly value?: string }[] };
export type PodTemplateSpec = { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[] };

/** Of a Pod template, in the form of a strategic merge patch: only what is to be changed, by name. */
export type MovedContainers = { readonly [list in 'containers' | 'initContainers']?: readonly { readonly name: string; readonly env: readonly { readonly name: string; readonly value: string }[] }[] };

/** What client libraries are told the API by, where the Service's own address cannot serve: by network add-ons. */
const variable = 'KUBERNETES_SERVICE_HOST';

/** Containers that were given the old address of the API get the new one; undefined where there are none. */
export function moveContainers(spec: PodTemplateSpec, move: { readonly from: string; readonly to: string }): MovedContainers | undefined {
  const [containers, initContainers] = [moveAll(spec.containers, move), moveAll(spec.initContainers, move)];
  if (containers.length + initContainers.length === 0) return undefined;
  return { ...(containers.length === 0 ? {} : { containers }), ...(initContainers.length === 0 ? {} : { initContainers }) };
}

function moveAll(containers: readonly Container[] = [], { from, to }: { readonly from: string; readonly to: string }) {
  return containers.filter(({ env = [] }) => env.some(({ name, value }) => name === variable && value === from)).map(({ name }) => ({ name, env: [{ name: variable, value: to }] }));
}
