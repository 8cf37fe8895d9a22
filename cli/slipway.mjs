#!/usr/bin/env node
// @ts-check
import { existsSync } from 'node:fs';

/**
 * The installed command. A checkout runs its sources as they are; a package runs what was built from
 * them (packaging/build.mjs), because Node strips no types under node_modules.
 */
const sources = new URL('bin.mjs', import.meta.url);
const built = new URL('../dist/cli/bin.mjs', import.meta.url);
await import((existsSync(sources) ? sources : built).href);
