import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Client, Connection } from '@temporalio/client';
import type { UntypedActivities } from '@temporalio/common';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { keepWatching, type ControlPlaneWatch } from '../activities/watch-control-planes.ts';
import { controlTaskQueue, hostTaskQueue } from '../workflows/contracts.ts';
import { ActivityGuard } from './activity-interceptor.ts';
import { readWorkerConfig, type WorkerConfig } from './config.ts';
import { createLogger } from './logger.ts';
import { watchBlocked } from './metrics.ts';
import { claimNamespace } from './namespace-store.ts';
import { workflowSources } from './workflow-sources.ts';

/** What a process hosts: activities by the queue that they are taken from. */
export type HostedActivities = {
  readonly control: UntypedActivities;
  readonly host: UntypedActivities;
  /** Of this host's control planes. */
  readonly watch: ControlPlaneWatch;
  readonly store: { readonly id: string };
  /** All workflows, where they were bundled before; else a checkout's are bundled at each start. */
  readonly workflowBundle?: { readonly codePath: string };
  readonly close: () => Promise<void> | void;
};

type ComposeActivities = (request: { readonly config: WorkerConfig; readonly client: Client }) => Promise<HostedActivities>;

/**
 * A worker process from its start to its end: clusters, requests and store on the control queue, steps
 * and this host's machines on its own. What the activities are is the caller's: there is one composition root.
 */
export async function runWorkerProcess(env: NodeJS.ProcessEnv, compose: ComposeActivities): Promise<void> {
  const config = readWorkerConfig(env);
  installRuntime(config);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  const client = new Client({ connection, namespace });
  const activities = await compose({ config, client });
  await claimNamespace({ connection, namespace, storeId: activities.store.id });

  const common = {
    // Small, and mostly on this host: to compress it costs both sides more time than its bytes do.
    connection: await NativeConnection.connect({ ...connectionOptions, grpcCompression: { codec: 'none' } }),
    namespace,
    identity: config.identity,
    // Long enough for an activity to notice and let go; remote commands go on without us.
    shutdownGraceTime: '5 seconds',
    // A cancellation travels on heartbeats; the default throttle would keep it for eight seconds.
    maxHeartbeatThrottleInterval: '1 second',
    defaultHeartbeatThrottleInterval: '1 second',
    interceptors: { activity: [(context) => ({ inbound: new ActivityGuard(context) })] },
  } satisfies Partial<WorkerOptions>;
  // Clusters and requests on the one, steps on the other.
  const workflows = { workflowBundle: activities.workflowBundle ?? (await bundleWorkflows()), maxCachedWorkflows: 200 };
  const control = await Worker.create({ ...common, ...workflows, taskQueue: controlTaskQueue, activities: activities.control });
  const host = await Worker.create({
    ...common,
    ...workflows,
    taskQueue: hostTaskQueue(config.host),
    activities: activities.host,
    maxConcurrentActivityTaskExecutions: 40,
  });

  const stopped = new AbortController();
  const counting = config.metricsAddress === undefined ? undefined : watchBlocked(client.workflow, stopped.signal);
  const watching = keepWatching(activities.watch, {
    signal: stopped.signal,
    failed: (reason) => Runtime.instance().logger.warn('control planes could not be watched', { reason }),
  });
  process.stdout.write(`worker ready: ${config.identity}, store ${activities.store.id}, host ${config.host}\n`);
  try {
    await Promise.all([control.run(), host.run()]);
  } finally {
    stopped.abort();
    await Promise.all([counting, watching]);
    await activities.close();
    await common.connection.close();
    await connection.close();
  }
}

function installRuntime(config: WorkerConfig): void {
  const metrics = config.metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: config.metricsAddress } } };
  Runtime.install({ logger: createLogger(), telemetryOptions: metrics, shutdownSignals: ['SIGINT', 'SIGTERM'] });
}

/** A package comes with its workflows bundled; a checkout's are bundled at each start. */
async function bundleWorkflows(): Promise<WorkflowBundleOption> {
  const codePath = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  return existsSync(codePath) ? { codePath } : bundleWorkflowCode({ ...workflowSources, logger: Runtime.instance().logger });
}
