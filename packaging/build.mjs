// @ts-check
/**
 * Makes dist/, what an npm package of Slipway runs: the checkout's own layout, so that every file finds its
 * neighbours at the same places, with JavaScript for TypeScript and the workflows bundled. `npm pack` runs it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });

const { status, error } = spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['-p', join(root, 'packaging')], { stdio: 'inherit' });
if (status !== 0) throw new Error(`tsc made no package: ${error?.message ?? `exit status ${status}`}`);

// Read or run as they are: set-up before anything is installed, the image's files by their content.
for (const folder of ['node-image', 'examples']) cpSync(join(root, folder), join(dist, folder), { recursive: true });

const workflowsPath = join(dist, 'workflows', 'all.js');
// As a checkout's worker loads them: workers/workflow-sources.ts.
const { code } = await bundleWorkflowCode({ workflowsPath, preloadModules: [workflowsPath], logger: new DefaultLogger('WARN') });
writeFileSync(join(dist, 'workflow-bundle.js'), code);
