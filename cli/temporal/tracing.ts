import type { WorkflowClientInterceptor } from '@temporalio/client';
import { writeTrace } from '../terminal.ts';

/** Milliseconds since a time of performance.now(), "12 ms". */
export function sinceMs(startedAt: number): string {
  return `${Math.round(performance.now() - startedAt)} ms`;
}

/** With -v, tells of each request: what, of which workflow, how long. Never what is in it. */
export const tracingInterceptor: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => traced(`start ${input.workflowType} (${input.options.workflowId})`, () => next(input)),
  query: (input, next) => traced(`query ${input.queryType} (${idOf(input)})`, () => next(input)),
  startUpdate: (input, next) => traced(`update ${input.updateName} (${idOf(input)})`, () => next(input)),
  startUpdateWithStart: (input, next) => traced(`update ${input.updateName} with start (${input.workflowStartOptions.workflowId})`, () => next(input)),
  describe: (input, next) => traced(`describe (${idOf(input)})`, () => next(input)),
  terminate: (input, next) => traced(`terminate (${idOf(input)})`, () => next(input)),
};

async function traced<T>(what: string, call: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await call();
  } finally {
    writeTrace(`${what}: ${sinceMs(startedAt)}`);
  }
}

function idOf(input: { readonly workflowExecution: { readonly workflowId?: string | null } }): string {
  return input.workflowExecution.workflowId ?? '';
}
