import { createLogUpdate } from 'log-update';
import { writeValue } from '../output.ts';
import { isLiveTerminal, writeData, writeStory } from '../terminal.ts';
import { nameOfView, type View, type ViewQuestion } from './find-views.ts';
import { listingLines, nothingFound, type ViewFormat } from './list-views.ts';
import { describeViewChanges } from './view-changes.ts';

/** Where a watched list is shown. */
export type WatchScreen = {
  /** Everything that there is at `now`, epoch milliseconds. */
  show(views: readonly View[], now: number): Promise<void>;
  /** Leaves what was last shown. */
  end(): void;
};

type Asked = Pick<ViewQuestion, 'kind' | 'cluster'> & { readonly format: ViewFormat };

/** A table that is drawn again and again on a terminal; elsewhere, and for data, one line or document a change. */
export function createWatchScreen(asked: Asked): WatchScreen {
  const { output } = asked.format;
  const isTable = output === 'table' || output === 'wide';
  return isTable && isLiveTerminal(process.stdout) ? createLiveScreen(asked) : createAppendingScreen(asked);
}

function createLiveScreen({ format, ...asked }: Asked): WatchScreen {
  const update = createLogUpdate(process.stdout);
  return {
    show: async (views, now) => {
      const lines = views.length === 0 ? [nothingFound(asked)] : listingLines(views, { wide: format.output === 'wide', now });
      update((format.headers || views.length === 0 ? lines : lines.slice(1)).join('\n'));
    },
    end: () => update.done(),
  };
}

function createAppendingScreen({ format, ...asked }: Asked): WatchScreen {
  let last: readonly View[] | undefined;
  let needsHeader = format.headers;
  return {
    show: async (views, now) => {
      if (views.length === 0 && last === undefined) writeStory(nothingFound(asked));
      const changed = describeViewChanges(last ?? [], views);
      last = views;
      for (const text of await printed(changed, views, now)) writeData(text);
    },
    end: () => undefined,
  };

  async function printed(changed: readonly View[], views: readonly View[], now: number): Promise<readonly string[]> {
    if (changed.length === 0) return [];
    const { output } = format;
    if (output === 'name') return changed.map((view) => `${asked.kind}/${nameOfView(view)}`);
    if (output === 'json' || output === 'yaml') {
      for (const view of changed) {
        if (output === 'yaml') writeData('---');
        await writeValue(view, output);
      }
      return [];
    }
    // Those that did not change are rendered along: columns keep their places from line to line.
    const unchanged = views.filter((view) => !changed.includes(view));
    const [header = '', ...lines] = listingLines([...changed, ...unchanged], { wide: output === 'wide', now });
    const head = needsHeader ? [header] : [];
    needsHeader = false;
    return [...head, ...lines.slice(0, changed.length)];
  }
}
