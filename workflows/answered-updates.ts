import { currentUpdateInfo, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import type { CommandAccepted } from './messages.ts';

/** So many of the newest are remembered: a caller that heard nothing asks again within minutes. */
const remembered = 30;

/** `update`: the update's ID, given by its caller. */
export type AnsweredUpdate = { readonly update: string; readonly answer: CommandAccepted };

/**
 * The answers to the newest updates, so that one which is sent again is carried out once. Temporal sees
 * to that within one run; a run that continued as new knows nothing of the updates before it.
 */
export class AnsweredUpdates {
  #answered: readonly AnsweredUpdate[];

  /** `before`: of the run before this one. */
  constructor(before: readonly AnsweredUpdate[] = []) {
    this.#answered = before;
  }

  /** Handles an update; `check` refuses what cannot be done, and is not asked about what was done already. */
  handle<Command>(
    update: UpdateDefinition<CommandAccepted, [Command]>,
    { carryOut, check }: { readonly carryOut: (command: Command) => CommandAccepted; readonly check: (command: Command) => void },
  ): void {
    setHandler(update, (command) => this.#once(() => carryOut(command)), {
      validator: (command) => {
        if (this.#known() === undefined) check(command);
      },
    });
  }

  /** For the run that comes after this one. */
  carried(): readonly AnsweredUpdate[] {
    return this.#answered;
  }

  #known(): CommandAccepted | undefined {
    const id = currentUpdateInfo()?.id;
    return this.#answered.find(({ update }) => update === id)?.answer;
  }

  #once(carryOut: () => CommandAccepted): CommandAccepted {
    const known = this.#known();
    if (known !== undefined) return known;
    const answer = carryOut();
    const update = currentUpdateInfo()?.id;
    if (update !== undefined) this.#answered = [...this.#answered, { update, answer }].slice(-remembered);
    return answer;
  }
}
