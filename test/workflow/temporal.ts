import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { toolPath } from '../../node-image/tool-paths.mjs';

/** The attributes that `slipway up` registers; the dev server refuses upserts of unknown ones. */
const searchAttributes = [
  'ClusterName=Keyword',
  'ClusterPhase=Keyword',
  'KubernetesVersion=Keyword',
  'ClusterHealthy=Bool',
  'ClusterBlocked=Bool',
];

let installed = false;

/** Temporal's real dev server, in memory, on a free port of loopback. */
export async function startTemporal(): Promise<TestWorkflowEnvironment> {
  if (!installed) Runtime.install({ logger: new DefaultLogger('ERROR') });
  installed = true;
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: toolPath('temporal') },
      extraArgs: searchAttributes.flatMap((attribute) => ['--search-attribute', attribute]),
      log: { format: 'json', level: 'never' },
    },
  });
}

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The same bundle as the worker's, made once for each test file. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/all.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  return bundle;
}
