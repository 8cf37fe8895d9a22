import { createLogUpdate } from 'log-update';
import { describeSilence, SilenceLines } from '../follow/silence.ts';
import { describeRollout, renderRollout } from '../render/rollout.ts';
import { colorsFor, currentVerbosity, isLiveTerminal, writeData, writeStory } from '../terminal.ts';
import type { StatusView } from './follow-status.ts';

/** A table that is drawn again and again on a terminal; elsewhere a line for each change. */
export function createStatusView(): StatusView {
  return isLiveTerminal(process.stdout) ? createLiveView() : createLineView();
}

/** Nothing until the end: what is printed then is data. */
export function createSilentStatusView(): StatusView {
  const silences = new SilenceLines();
  return {
    show: () => void silences.over(),
    silent: (silence) => tellLine(silences.next(silence)),
    end: () => undefined,
  };
}

function tellLine(line: string | undefined): void {
  if (line !== undefined && currentVerbosity() !== 'quiet') writeStory(line);
}

function createLiveView(): StatusView {
  const update = createLogUpdate(process.stdout);
  const colors = colorsFor(process.stdout);
  let text = '';
  const hint = colors.dim('Ctrl-C detaches; the work goes on');
  return {
    show: (shown) => {
      text = renderRollout(shown, colors);
      update(shown.complete ? text : `${text}\n${hint}`);
    },
    silent: (silence) => update(`${text}\n${colors.yellow(describeSilence(silence))}`),
    end: () => {
      update(text);
      update.done();
    },
  };
}

function createLineView(): StatusView {
  let last: readonly string[] = [];
  const silences = new SilenceLines();
  return {
    show: (shown) => {
      silences.over();
      const lines = describeRollout(shown);
      for (const line of lines.filter((candidate) => !last.includes(candidate))) writeData(line);
      last = lines;
    },
    silent: (silence) => tellLine(silences.next(silence)),
    end: () => undefined,
  };
}
