import { afterAll, afterEach, beforeAll } from 'vitest';
import { saveEvidence } from './evidence.ts';
import { createInstallation, type Installation } from './installation.ts';
import { note } from './note.ts';
import { sweepAbandoned } from './sweep-abandoned.ts';

/**
 * An installation for all tests of the file: up before the first, gone after the last, whatever
 * happens between. What a failed test leaves is saved first, and where is said.
 */
export function useInstallation(name: string): () => Installation {
  let installation: Installation | undefined;
  beforeAll(async () => {
    await sweepAbandoned();
    installation = await createInstallation(name);
    await installation.up();
    note(`installation ${name} is up: ${installation.home.root}`);
  }, 300_000);
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail' || installation === undefined) return;
    note(`evidence of "${task.name}": ${await saveEvidence(installation)}`);
  }, 120_000);
  afterAll(async () => {
    await installation?.remove();
  }, 180_000);
  return () => {
    if (installation === undefined) throw new Error('the installation did not come up');
    return installation;
  };
}
