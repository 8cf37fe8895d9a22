import type { FrameLocator, Locator, Page } from 'playwright-core';
import { searchAttributes } from '../../../cli/local/temporal-server.ts';

const columns = ['Status', 'Workflow ID', 'Type', ...Object.keys(searchAttributes)];

/** Temporal's Web UI as a person uses it who has put Slipway's columns into the list of workflows. */
export type WebUi = {
  /** Rows of the list that a query finds, by workflow ID; a row's cells by column, "-" where there is nothing. */
  readonly list: (query: string, count: number) => Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** The page of a workflow's newest run: its history, or another tab. */
  readonly open: (workflowId: string, tab?: 'history' | 'user-metadata') => Promise<void>;
  /** What the user-metadata tab shows below that title: Markdown in a frame of its own. */
  readonly metadata: (title: 'Summary' | 'Details' | 'Current Details') => FrameLocator;
};

export function webUi({ page, address }: { readonly page: Page; readonly address: string }): WebUi {
  const workflows = `${address}/namespaces/default/workflows`;
  return {
    async list(query, count) {
      const shown = JSON.stringify({ default: columns.map((label) => ({ label })) });
      await page.addInitScript((value) => localStorage.setItem('namespace-workflow-table-columns', value), shown);
      const rows = page.locator('table tbody tr', { has: page.getByRole('link') });
      await load(page, `${workflows}?query=${encodeURIComponent(query)}`, rows.nth(count - 1));
      const header = await page.locator('table thead th').allInnerTexts();
      const cells = await Promise.all((await rows.all()).map((row) => row.locator('td').allInnerTexts()));
      const named = cells.map((row) => Object.fromEntries(header.map((label, index) => [label.trim(), row[index]?.trim() ?? ''])));
      return new Map(named.map((row) => [row['Workflow ID'] ?? '', row]));
    },
    async open(workflowId, tab = 'history') {
      await load(page, `${workflows}/${encodeURIComponent(workflowId)}`, page.getByRole('heading', { name: workflowId }));
      if (tab === 'user-metadata') await page.getByRole('tab', { name: 'User Metadata' }).click();
    },
    metadata: (title) => page.frameLocator(`xpath=//*[normalize-space(text())='${title}']/following::iframe[1]`),
  };
}

/** On a busy machine the Web UI gives up on a request of its own, and says itself to try a refresh. */
async function load(page: Page, url: string, shown: Locator): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await page.goto(url);
    try {
      return await shown.waitFor({ timeout: 20_000 });
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
