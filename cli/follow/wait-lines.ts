import { currentOperation } from '../../domain/cluster-state.ts';
import { isOpen } from '../../domain/operation.ts';
import { stepLabel } from '../render/step-label.ts';
import { describeWaits } from './activity-text.ts';
import type { Progress } from './progress.ts';
import { describePause } from '../../domain/pause-cluster.ts';

/** Most waits are over sooner, and would only be in the way. */
const LASTING_MS = 3_000;

/**
 * What an operation waits for, a line each where there is no terminal: told once it has lasted, once for as
 * long as it stays the same. Who follows from a script must see what a person is to do, too.
 */
export class WaitLines {
  #waits = new Map<string, { readonly text: string; readonly since: number; readonly told: boolean }>();

  next(progress: Progress): readonly string[] {
    const { at } = progress;
    const before = this.#waits;
    const lines: string[] = [];
    this.#waits = new Map(
      waitsOf(progress).map(([subject, text]) => {
        const known = before.get(subject);
        const { since, told } = known?.text === text ? known : { since: at, told: false };
        const isDue = !told && at - since >= LASTING_MS;
        if (isDue) lines.push(`${subject}: ${text}`);
        return [subject, { text, since, told: told || isDue }];
      }),
    );
    return lines;
  }
}

function waitsOf({ state, steps }: Progress): readonly (readonly [subject: string, text: string])[] {
  const operation = currentOperation(state);
  if (operation === undefined || !isOpen(operation)) return [];
  const { paused, holdUps = [] } = state;
  return [
    ...(paused === undefined ? [] : [[operation.id, `cluster ${describePause(paused)}; slipway resume cluster ${state.identity.name} lets it go on`] as const]),
    ...holdUps.map(({ subject, reasons }) => [subject, `held up: ${reasons.join('; ')}`] as const),
    ...state.steps
      .filter((step) => step.state === 'Running')
      .flatMap((step) => describeWaits(steps[step.id]).slice(0, 1).map((text) => [stepLabel(step), text] as const)),
  ];
}
