import { z } from 'zod';

/**
 * What happens to an activity, once in a life of a cluster:
 *  killed before   its worker process gets SIGKILL before the effect has begun
 *  killed during   … a moment after it has begun
 *  killed after    … when the effect is over, before anybody is told
 *  fails once      an error that is tried again, before the effect or, `late`, although it has happened
 *  fails for ever  the same error until it is lifted, and no attempt is made again
 */
export const faultKinds = ['killed before', 'killed during', 'killed after', 'fails once', 'fails for ever'] as const;

export const faultSchema = z.object({
  /** Type of the activity; of kubeadm also the stage: "runKubeadm etcd". The first to run is struck. */
  subject: z.string(),
  kind: z.enum(faultKinds),
  /** Of "killed during": milliseconds after the effect has begun. */
  afterMs: z.number(),
  /** Of failures: although the effect has happened. */
  late: z.boolean(),
  /** Of "fails for ever": tried again all the same, as for what a cluster cannot go on without. */
  endless: z.boolean(),
});
export type Fault = z.output<typeof faultSchema>;

/** What the process is told, a line each. */
export const orderSchema = z.discriminatedUnion('order', [
  z.object({ order: z.literal('arm'), faults: z.array(faultSchema) }),
  z.object({ order: z.literal('lift'), subject: z.string() }),
]);
export type Order = z.output<typeof orderSchema>;

/** What the process tells, a line each. `obeyed`: an order is in force. */
export const announcementSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('obeyed') }),
  z.object({ event: z.literal('ran'), subject: z.string(), ms: z.number() }),
  z.object({ event: z.literal('struck'), subject: z.string(), kind: z.enum(faultKinds), workflowId: z.string(), detail: z.string() }),
]);
export type Announcement = z.output<typeof announcementSchema>;
export type Struck = Extract<Announcement, { event: 'struck' }>;

export function isKill({ kind }: Pick<Fault, 'kind'>): boolean {
  return kind.startsWith('killed');
}

/** kubeadm's commands are so different that each is struck by itself. */
export function subjectOf(type: string, input: unknown): string {
  return typeof input === 'object' && input !== null && 'stage' in input ? `${type} ${String(input.stage)}` : type;
}

/** What an injected failure says, and a Blocked operation must repeat. */
export function injectedMessage(subject: string): string {
  return `${injectedBy}: ${subject} was made to fail`;
}

const injectedBy = 'fault matrix';

export function isInjectedText(text: string): boolean {
  return text.includes(`${injectedBy}: `);
}
