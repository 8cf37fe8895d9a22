import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest on two cores, by project the slowest first: begun last, each would be waited for alone. */
const slowest = [
  'test/e2e/scale',
  'test/e2e/upgrade-recover',
  'test/e2e/kill-worker',
  'test/e2e/endings',
  'test/e2e/create-1-1',
  'test/contract/seams/docker',
  'test/e2e/create-3-1',
  'test/e2e/adopt',
  'test/e2e/backup',
  'test/e2e/secrets',
  'test/e2e/manifest-fields',
  'test/workflow/fault-matrix/control-plane',
  'test/workflow/fault-matrix/repairs',
  'test/workflow/fault-matrix/rollouts',
  'test/workflow/fault-matrix/recovery',
  'test/workflow/fault-matrix/recover-onto',
  'test/workflow/fault-matrix/workers',
  'test/workflow/scale',
  'test/workflow/create',
  'test/unit/cli/command-line',
  'test/unit/domain/rollout/rollout.properties',
  'test/unit/api/manifests-doc-versions',
  'test/unit/domain/lifecycle.properties',
  'test/unit/checks/run-check',
];

/** Vitest goes by what files took before, which a new checkout does not know. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // In its order by projects, and within them of all others.
    const byProject = Map.groupBy(await super.sort(files), ({ project }) => project.name);
    return [...byProject.values()].flatMap((ofOne) => ofOne.toSorted((a, b) => rank(a) - rank(b)));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = slowest.findIndex((file) => moduleId.endsWith(`/${file}.test.ts`));
  return place < 0 ? slowest.length : place;
}
