#!/usr/bin/env node
// @ts-check
import { spawn } from 'node:child_process';
import nodeModule, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../node-image/tool-paths.mjs';

/**
 * Runs under any Node from 20 on: where it cannot run .ts files itself, the Node 24 of the "node"
 * package does.
 */
const self = fileURLToPath(import.meta.url);
const [major = 0] = process.versions.node.split('.').map(Number);

// NO_COLOR wins. Node takes it the other way round, and warns of it on standard error.
if (process.env['NO_COLOR']) delete process.env['FORCE_COLOR'];

if (major >= 24) {
  // Temporal's client is large: compiling it anew is most of what a command would wait for.
  nodeModule.enableCompileCache(join(cacheDir(), 'node-compile-cache'));
  await import('./main.ts');
} else {
  runWith(bundledNode());
}

function bundledNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    process.stderr.write(`Error: slipway needs Node 24, and this is ${process.version}\n  next:      npm ci\n`);
    return process.exit(22);
  }
}

/** @param {string} node */
function runWith(node) {
  const child = spawn(node, [self, ...process.argv.slice(2)], { stdio: 'inherit' });
  child.once('error', (error) => {
    process.stderr.write(`Error: ${node} cannot be started: ${error.message}\n  next:      npm ci\n`);
    process.exitCode = 22;
  });
  // A terminal sends Ctrl-C to both: the child decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
}
