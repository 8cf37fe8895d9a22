import { WorkflowNotFoundError } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { dynamicConfigArgs, searchAttributes } from '../../cli/local/temporal-server.ts';
import { toolPath } from '../../node-image/tool-paths.mjs';

/** Temporal's real dev server for the tests of one file: in memory, on a free port of loopback. */
export function useTemporal(): { readonly env: () => TestWorkflowEnvironment } {
  let env: TestWorkflowEnvironment | undefined;
  beforeAll(async () => {
    env = await startTemporal();
  });
  // An entity lives on after its create: the next test's worker would go on with it.
  afterEach(() => terminateAll(env));
  afterAll(() => env?.teardown());
  return {
    env: () => {
      if (env === undefined) throw new Error('Temporal is not up yet: use it inside a test');
      return env;
    },
  };
}

/** `uiPort`: with the Web UI there. */
export async function startTemporal({ uiPort }: { readonly uiPort?: number } = {}): Promise<TestWorkflowEnvironment> {
  installRuntime();
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: toolPath('temporal') },
      // The server refuses attributes that it does not know.
      extraArgs: [...dynamicConfigArgs, ...Object.entries(searchAttributes).map(([name, type]) => `--search-attribute=${name}=${type}`)],
      log: { format: 'json', level: 'never' },
      ...(uiPort === undefined ? {} : { ui: true, uiPort }),
    },
  });
}

async function terminateAll(env: TestWorkflowEnvironment | undefined): Promise<void> {
  if (env === undefined) return;
  const { workflow } = env.client;
  for await (const { workflowId, runId } of workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    await workflow.getHandle(workflowId, runId).terminate('the test is over').catch(ignoreEnded);
  }
}

function ignoreEnded(error: unknown): void {
  // The list may be a moment old.
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

/** Tests make workflow tasks fail on purpose: only what nobody expects is worth a line. */
export function installRuntime(): void {
  const filter = { core: 'ERROR', other: 'ERROR' } as const;
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter } } });
}

/** The worker's own bundle (bundle-once.ts). */
export function workflowBundle(): { readonly codePath: string } {
  return { codePath: inject('workflowBundle') };
}
