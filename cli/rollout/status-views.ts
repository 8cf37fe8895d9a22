import { createLogUpdate } from 'log-update';
import { describeRollout, renderRollout } from '../render/rollout.ts';
import { colorsFor, currentVerbosity, isLiveTerminal, writeData, writeStory } from '../terminal.ts';
import type { StatusView } from './follow-status.ts';

/** A table that is drawn again and again on a terminal; elsewhere a line for each change. */
export function createStatusView(): StatusView {
  return isLiveTerminal(process.stdout) ? createLiveView() : createLineView();
}

/** Nothing until the end: what is printed then is data. */
export const silentStatusView: StatusView = { show: () => undefined, disturbed: (reason) => writeStory(reason), end: () => undefined };

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
    disturbed: (reason) => update(`${text}\n${colors.yellow(reason)}`),
    end: () => {
      update(text);
      update.done();
    },
  };
}

function createLineView(): StatusView {
  let last: readonly string[] = [];
  let disturbance: string | undefined;
  return {
    show: (shown) => {
      disturbance = undefined;
      const lines = describeRollout(shown);
      for (const line of lines.filter((candidate) => !last.includes(candidate))) writeData(line);
      last = lines;
    },
    disturbed: (reason) => {
      if (disturbance !== reason && currentVerbosity() !== 'quiet') writeStory(reason);
      disturbance = reason;
    },
    end: () => undefined,
  };
}
