import { createLogUpdate } from 'log-update';
import { paintLines } from '../render/text.ts';
import { colorsFor, currentVerbosity, isLiveTerminal, writeStory } from '../terminal.ts';
import { describeChanges } from './operation-lines.ts';
import { renderOperationTree } from './operation-tree.ts';
import type { Progress } from './progress.ts';
import { describeSilence, SilenceLines, type Silence } from './silence.ts';
import { WaitLines } from './wait-lines.ts';

/** Where progress is shown. */
export type ProgressView = {
  show(progress: Progress): void;
  /** Nothing is known at the moment, and why. */
  silent(silence: Silence): void;
  /** Leaves what was last shown on the screen. */
  end(): void;
};

/** A live tree on a terminal, plain timestamped lines elsewhere; both on stderr. */
export function createProgressView(): ProgressView {
  if (currentVerbosity() === 'quiet') return silentView;
  return isLiveTerminal(process.stderr) ? createLiveView() : createLineView();
}

const silentView: ProgressView = { show: () => undefined, silent: () => undefined, end: () => undefined };

function createLiveView(): ProgressView {
  const update = createLogUpdate(process.stderr);
  const colors = colorsFor(process.stderr);
  let last: Progress | undefined;
  const draw = (note?: string): void => {
    const width = process.stderr.columns;
    const tree = last === undefined ? '' : paintLines(renderOperationTree(last), colors, width);
    const hint = colors.dim('Ctrl-C detaches; the work goes on');
    update([tree, note === undefined ? hint : colors.yellow(note)].filter((part) => part !== '').join('\n'));
  };
  return {
    show: (progress) => {
      last = progress;
      draw();
    },
    silent: (silence) => draw(describeSilence(silence)),
    end: () => {
      if (last !== undefined) update(paintLines(renderOperationTree(last), colors, process.stderr.columns));
      update.done();
    },
  };
}

function createLineView(): ProgressView {
  let last: Progress | undefined;
  const silences = new SilenceLines();
  const waits = new WaitLines();
  return {
    show: (progress) => {
      if (silences.over()) tell('answers again');
      for (const line of [...describeChanges(last, progress), ...waits.next(progress)]) tell(line);
      last = progress;
    },
    silent: (silence) => {
      const line = silences.next(silence);
      if (line !== undefined) tell(line);
    },
    end: () => undefined,
  };
}

function tell(text: string): void {
  writeStory(`${new Date().toTimeString().slice(0, 8)}  ${text}`);
}
