import { describe, expect, it, test } from 'vitest';
import { criticalPath } from '../../../cli/history/critical-path.ts';
import type { ClusterHistory } from '../../../cli/history/history.ts';
import { layOutTimeline } from '../../../cli/history/timeline.ts';
import { html, Html } from '../../../cli/render/html.ts';
import { renderTimelinePage } from '../../../cli/render/timeline-page.ts';
import { at } from './support/sample-cluster.ts';
import { largeHistory, sampleHistory } from './support/sample-history.ts';

const render = (history: ClusterHistory): string => renderTimelinePage(history, { version: '0.0.1' });

const span = (name: string, start: number, end: number) => ({ name, start, end });

describe('criticalPath', () => {
  test.each([
    ['nothing waits for nothing', [], ''],
    ['one after the other', [span('a', 0, 5), span('b', 5, 9)], 'a b'],
    ['of two at once the one that ended last before the next', [span('a', 0, 3), span('b', 0, 4), span('c', 5, 9)], 'b c'],
    ['what goes on beside is not part of it', [span('a', 0, 3), span('b', 3, 9), span('c', 3, 5), span('d', 9, 10)], 'a b d'],
    ['where two end together the longer', [span('a', 2, 4), span('b', 0, 4), span('c', 4, 6)], 'b c'],
    ['instants do not loop', [span('a', 4, 4), span('b', 4, 4), span('c', 4, 6)], 'c'],
  ])('%s', (_, spans, expected) => {
    expect(criticalPath(spans).map(({ name }) => name).join(' ')).toBe(expected);
  });
});

describe('layOutTimeline', () => {
  const [first, second, third] = layOutTimeline(sampleHistory());

  test('gives each operation an axis of its own; waiting for a person is no work', () => {
    expect(first).toMatchObject({ id: 'demo-create-1', start: at(0), end: at(57.3), waited: { end: at(4500), reason: 'waited for a person' } });
    expect(second).toMatchObject({ start: at(4500), end: at(4516.8) });
    expect(third?.waited).toBeUndefined();
  });

  test('puts the cluster first, then its control plane, then its workers', () => {
    expect(first?.rows.map(({ label }) => label)).toEqual(['infrastructure', 'addons', 'demo-control-plane-7qd4z', 'demo-md-0-x2f9k', 'demo-md-0-b8w2m']);
  });

  test('what a step does at the same time lies side by side', () => {
    const [bar] = first?.rows[0]?.bars ?? [];
    expect(bar?.lanes.map((lane) => lane.map(({ name }) => name))).toEqual([['certificates and keys', 'load balancer'], ['network']]);
  });

  test('shows once why, though step and operation both say it', () => {
    expect(first?.failures.map(({ subject }) => subject)).toEqual(['demo-md-0-x2f9k']);
  });
});

describe('the page', () => {
  it('is as it was', async () => {
    await expect(render(sampleHistory())).toMatchFileSnapshot('../../golden/cli/timeline.html');
  });

  it('fetches nothing and runs nothing', () => {
    const page = render(sampleHistory());
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bon[a-z]+=|src=/i);
    expect([...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target)).toEqual(['#operation-demo-create-1', '#operation-demo-create-2', '#operation-demo-delete-3']);
  });

  it('stays small enough to send with a hundred Machines', () => {
    const page = render(largeHistory(97));
    expect(page.match(/class="label"/g)).toHaveLength(100);
    expect(page.length).toBeLessThan(600_000);
  });

  it.each(['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "' onfocus='alert(1)", '</style><script>x</script>', '</pre></figure><a href=//evil>', '&lt;b&gt;', '${x}`'])(
    'shows %j as text, wherever it stands',
    (hostile) => {
      const sample = sampleHistory();
      const items = sample.items.map((item) => ({
        ...item,
        operation: `${item.operation}${hostile}`,
        id: item.kind === 'command' ? `${item.id}${hostile}` : item.id,
        subject: `${item.subject}${hostile}`,
        action: `${item.action}${hostile}`,
        actor: hostile,
        reason: hostile,
        ...(item.changes === undefined ? {} : { changes: [hostile] }),
        evidence: `${item.evidence ?? ''}${hostile}`,
        phases: item.phases.map((phase) => ({ ...phase, name: hostile })),
      }));
      const page = render({ ...sample, name: hostile, uid: hostile, items });
      expect(tagsOf(page)).toEqual(tagsOf(render({ ...sample, items: sample.items.map((item) => ({ ...item, reason: 'r', evidence: 'e' })) })));
    },
  );
});

/** Elements and attributes alone, each kind once: what markup there is, whatever the texts say. */
function tagsOf(page: string): readonly string[] {
  const tags = [...page.matchAll(/<\/?([a-z!][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(([, name, attributes]) => `${name} ${(attributes ?? '').replaceAll(/="[^"]*"/g, '')}`);
  const unmatched = page.replaceAll(/<\/?([a-z!][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi, '').includes('<');
  return [...new Set([...tags, ...(unmatched ? ['something else'] : [])])].toSorted();
}

describe('html', () => {
  test.each([
    ['text', html`<p>${'<b>&"\''}</p>`, '<p>&lt;b&gt;&amp;&quot;&#39;</p>'],
    ['markup made here', html`<p>${html`<b>${'x'}</b>`}${new Html('<i>')}</p>`, '<p><b>x</b><i></p>'],
    ['lists and numbers', html`<p>${['a', html`<br>`, 3]}</p>`, '<p>a<br>3</p>'],
    ['an attribute', html`<p title="${'" onclick="x'}">`, '<p title="&quot; onclick=&quot;x">'],
    ['what a browser would act on', html`${'a\u0000\u202eb\nc'}`, 'a\\u{0}\\u{202e}b\nc'],
  ])('%s', (_, made, expected) => {
    expect(made.markup).toBe(expected);
  });
});
