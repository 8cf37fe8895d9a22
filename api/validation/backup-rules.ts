import { problemAt } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { ofKind, type Resource } from '../read-resources.ts';

/** A BackupSchedule is of the manifest's cluster, and the only one: two would take turns at what the other keeps. */
export const checkBackupRules = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const cluster = ofKind(resources, 'Cluster')[0];
  return ofKind(resources, 'BackupSchedule').flatMap(({ document, manifest }, index) => {
    const problems: ManifestProblem[] = [];
    if (index > 0) {
      problems.push(problemAt(document, ['kind'], { reason: 'Forbidden', message: 'a cluster has one BackupSchedule', expected: 'remove one of them' }));
    }
    const named = manifest?.spec.clusterName;
    if (named !== undefined && cluster !== undefined && cluster.name !== '' && named !== cluster.name) {
      problems.push(problemAt(document, ['spec', 'clusterName'], { message: "is not the name of the manifest's Cluster", expected: `use "${cluster.name}"` }));
    }
    return problems;
  });
};
