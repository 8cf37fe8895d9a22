/** How many Machines: "3+2" is three of the control plane and two workers. */
export type Size = { readonly controlPlanes: number; readonly workers: number };

/** @throws RangeError for anything but "1+1", "3+0" and the like */
export function parseSize(text: string): Size {
  const [, controlPlanes, workers] = /^([1-9]\d*)\+(\d+)$/.exec(text) ?? [];
  if (controlPlanes === undefined || workers === undefined) throw new RangeError(`not a size such as 3+3: ${JSON.stringify(text)}`);
  return { controlPlanes: Number(controlPlanes), workers: Number(workers) };
}

export function formatSize({ controlPlanes, workers }: Size): string {
  return `${controlPlanes}+${workers}`;
}
