import { fileURLToPath } from 'node:url';

const workflowsPath = fileURLToPath(new URL('../workflows/all.ts', import.meta.url));

/**
 * What a checkout's workflows are bundled from. All of it is loaded once, and not again for each workflow: that is most of
 * what a small workflow takes to start, and of what a cached one holds. So no module of theirs may keep what changes.
 */
export const workflowSources = { workflowsPath, preloadModules: [workflowsPath] };
