import { randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { workflowSources } from '../../workers/workflow-sources.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** File with the bundle of all workflows. */
    readonly workflowBundle: string;
    /** What chance decides in the fault matrix. */
    readonly faultMatrixSeed: string;
  }
}

/** A change is told from a change of luck where luck is the same; the full run tries other seeds. */
const knownSeed = '485518638';

/** Bundles the workflows as the worker does, once for all test files of a project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  const { code } = await bundleWorkflowCode({ ...workflowSources, logger: new DefaultLogger('ERROR') });
  const codePath = join(folder, 'workflows.js');
  await writeFile(codePath, code);
  project.provide('workflowBundle', codePath);
  project.provide('faultMatrixSeed', process.env['SLIPWAY_TEST_SEED'] ?? (process.env['SLIPWAY_TEST_FULL'] === '1' ? String(randomInt(2 ** 31)) : knownSeed));
  return () => rm(folder, { recursive: true, force: true });
}
