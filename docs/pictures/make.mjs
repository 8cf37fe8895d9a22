// @ts-check
/**
 * Makes the README's pictures of a real create: `slipway up`, then `node docs/pictures/make.mjs` under Node 24.
 * It creates cluster `demo` of the installation that SLIPWAY_HOME names, looks at it meanwhile, and deletes it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../node-image/setup/browser.mjs';
import { slipwayHome } from '../../node-image/tool-paths.mjs';
import { screenHtml } from './terminal-screen.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const slipway = `${process.execPath} ${fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url))}`;
const { webUi } = JSON.parse(readFileSync(join(slipwayHome(), 'run', 'temporal.json'), 'utf8'));
const workflows = `${webUi}/namespaces/default/workflows`;
const columns = ['Status', 'Workflow ID', 'Type', 'ClusterPhase', 'KubernetesVersion', 'ClusterHealthy', 'ClusterBlocked'];

const browser = await chromium.launch({
  executablePath: findBrowser() ?? '',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 860 } });
await page.addInitScript((shown) => localStorage.setItem('namespace-workflow-table-columns', shown), JSON.stringify({ default: columns.map((label) => ({ label })) }));

page.setDefaultTimeout(60_000);
// Loaded once, it is there at once when the create is under way.
await page.goto(workflows);
await page.getByRole('heading', { name: /Workflows/ }).waitFor();

// script(1) gives the command a terminal.
const command = 'create cluster demo --control-plane-machine-count 1 --worker-machine-count 2';
const child = spawn('script', ['-qfec', `stty cols 100 rows 30; exec ${slipway} ${command}`, '/dev/null'], { stdio: ['ignore', 'pipe', 'inherit'] });
let written = '';
child.stdout.setEncoding('utf8').on('data', (text) => (written += text));

/** @param {string} file */
async function lookAtCluster(file) {
  await page.goto(`${workflows}/cluster%2Fdemo`);
  await page.getByRole('tab', { name: 'User Metadata' }).click();
  const details = page.frameLocator("xpath=//*[normalize-space(text())='Current Details']/following::iframe[1]");
  await details.getByRole('heading', { name: /Machines/ }).waitFor();
  await page.screenshot({ path: join(folder, file), clip: { x: 64, y: 60, width: 1376, height: 800 } });
}

/** @param {string} query @param {string} file */
async function lookAtList(query, file) {
  await page.setViewportSize({ width: 1660, height: 860 });
  await page.goto(`${workflows}?query=${encodeURIComponent(query)}`);
  await page.getByRole('link', { name: 'cluster/demo', exact: true }).first().waitFor();
  // The panel of saved views takes the place of columns, and its time to go away.
  await page.getByText('Saved Views').locator('xpath=following::button[1]').click();
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(folder, file), clip: { x: 64, y: 60, width: 1596, height: 580 } });
}

/** @param {string} query @param {string} file */
async function lookAtStep(query, file) {
  await page.goto(`${workflows}?query=${encodeURIComponent(query)}`);
  await page.getByRole('link', { name: /\/init$/ }).first().click();
  await page.getByText('kubeadm init').first().waitFor();
  await page.getByRole('heading', { name: 'Event History' }).evaluate((heading) => heading.scrollIntoView());
  await page.screenshot({ path: join(folder, file), clip: { x: 64, y: 50, width: 1596, height: 360 } });
}

/** @param {RegExp} shown on the terminal */
async function until(shown) {
  while (!shown.test(screenHtml(written).replace(/<[^>]*>/g, '')) && child.exitCode === null) await delay(50);
}

await Promise.all([
  until(/Bootstrapping: kubeadm join/).then(() => drawTerminal(screenHtml(written), 'live-tree.png')),
  until(/Bootstrapping: kubeadm init/).then(() => lookAtCluster('web-ui-cluster.png')),
]);
if (child.exitCode === null) await once(child, 'close');
await lookAtList('ClusterName="demo"', 'web-ui-list.png');
await lookAtStep('ClusterName="demo" AND WorkflowType="initControlPlane"', 'web-ui-step.png');
await browser.close();
await once(spawn('sh', ['-c', `${slipway} delete cluster demo --yes`], { stdio: 'inherit' }), 'close');

/** @param {string} html @param {string} file */
async function drawTerminal(html, file) {
  const terminal = await browser.newPage({ deviceScaleFactor: 1.5 });
  await terminal.setContent(
    `<body style="margin:0;background:#1e1e1e"><pre id="t" style="display:inline-block;margin:0;padding:16px 20px;font:14px/1.35 'DejaVu Sans Mono',monospace;color:#e5e5e5">$ slipway ${command}\n${html}</pre>`,
  );
  await terminal.locator('#t').screenshot({ path: join(folder, file) });
  await terminal.close();
}
