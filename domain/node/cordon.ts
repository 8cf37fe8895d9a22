/**
 * Written on a Node together with `unschedulable`, so that only what a removal has cordoned is made schedulable
 * again: what a person cordoned before stays so.
 */
export const CORDONED_ANNOTATION = 'slipway.dev/cordoned-for';

type CordonState = { readonly unschedulable: boolean; readonly annotations: Readonly<Record<string, string>> };

/** What has to change; null takes away. */
export type CordonChange = { readonly unschedulable: boolean; readonly annotations: Readonly<Record<string, string | null>> };

/** Undefined where nothing has to change. */
export function decideCordon({ unschedulable }: CordonState): CordonChange | undefined {
  return unschedulable ? undefined : { unschedulable: true, annotations: { [CORDONED_ANNOTATION]: 'removal' } };
}

export function decideUncordon({ annotations }: CordonState): CordonChange | undefined {
  return CORDONED_ANNOTATION in annotations ? { unschedulable: false, annotations: { [CORDONED_ANNOTATION]: null } } : undefined;
}
