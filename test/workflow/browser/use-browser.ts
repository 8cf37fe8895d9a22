import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { findBrowser } from '../../../node-image/setup/browser.mjs';

const output = fileURLToPath(new URL('../../../test-output', import.meta.url));

/** What runs in a container as root, without a display and without a network: nothing of it is looked for. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A real browser without a window, with an empty profile; a new page for each test. What a failed one saw is kept. */
export function useBrowser(): () => Page {
  let browser: Browser | undefined;
  let page: Page | undefined;
  beforeAll(async () => {
    const executablePath = findBrowser();
    if (executablePath === undefined) throw new Error('there is no Chromium or Google Chrome: npm run setup -- --for-tests');
    browser = await chromium.launch({ executablePath, args: flags });
  });
  beforeEach(async () => {
    page = await browser?.newPage({ viewport: { width: 1440, height: 1000 } });
    page?.setDefaultTimeout(60_000);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(page, task.name);
    await page?.close();
  });
  afterAll(() => browser?.close());
  return () => {
    if (page === undefined) throw new Error('the browser is not up yet: use it inside a test');
    return page;
  };
}

async function keepPicture(page: Page | undefined, test: string): Promise<void> {
  mkdirSync(output, { recursive: true });
  const path = join(output, `web-ui-${test.replaceAll(/\W+/g, '-')}.png`);
  await page?.screenshot({ path, fullPage: true });
  process.stderr.write(`what the browser showed: ${path}\n`);
}
