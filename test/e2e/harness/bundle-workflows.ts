import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { workflowSources } from '../../../workers/workflow-sources.ts';
import type { LocalHome } from '../../../cli/local/home.ts';

/**
 * All workflows as a worker of a checkout bundles them, as a file in the installation's home: made once,
 * for a test that starts one worker after the other.
 * @returns the file's path
 */
export async function bundleWorkflows(home: LocalHome): Promise<string> {
  const file = join(home.root, 'bundled-workflows.js');
  if (existsSync(file)) return file;
  const { code } = await bundleWorkflowCode({ ...workflowSources, logger: new DefaultLogger('ERROR') });
  await writeFile(`${file}.new`, code);
  await rename(`${file}.new`, file);
  return file;
}
