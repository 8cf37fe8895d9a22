import { scrub } from '../../domain/scrub.ts';
import { SnapshotFailedError } from './errors.ts';
import { lastLines } from '../last-lines.ts';
import type { CommandRunner } from '../seams/command-runner.ts';
import type { EtcdSnapshots } from '../seams/etcd-snapshots.ts';
import { parseSnapshotFacts } from './snapshot-facts.ts';
import { isDeliveredScript, receiveSnapshotScript } from './deliver-script.ts';
import { discardSnapshotScript, snapshotFolder, snapshotOperation, takeSnapshotScript } from './snapshot-script.ts';

/** An hour: what a disk that is about to fail takes for the largest etcd that there should be. */
const takeTimeoutSeconds = 3600;
const discardTimeoutMs = 30_000;
/** Of the checksum of a large file. */
const checkTimeoutMs = 120_000;

/** etcdctl on a control-plane Machine, as a unit of its own: a snapshot under way outlives connection and worker. */
export function createEtcdctlSnapshots(runner: CommandRunner): EtcdSnapshots {
  return {
    async take(via, { id, attempt, files }, options) {
      const command = { operation: snapshotOperation(id), generation: attempt * 1000, script: takeSnapshotScript({ id, files }), timeoutSeconds: takeTimeoutSeconds };
      const result = await runner.runDurable(via, command, options);
      const said = lastLines(scrub(`${result.stdout}\n${result.stderr}`), 6);
      if (result.exitCode !== 0) throw new SnapshotFailedError(`the snapshot on Machine ${via.machine} failed with exit code ${result.exitCode}: ${said} Earlier backups are unharmed.`);
      const taken = parseSnapshotFacts(result.stdout, via.machine);
      if (taken === undefined) throw new SnapshotFailedError(`the snapshot on Machine ${via.machine} was taken, but not measured: ${said} Earlier backups are unharmed.`);
      return taken;
    },
    async read(via, { id, part }, options) {
      const result = await runner.stream(via, `cat ${snapshotFolder(id)}/${part}`, options);
      if (result.exitCode !== 0) throw new SnapshotFailedError(`${part} cannot be read on Machine ${via.machine}: ${lastLines(scrub(result.stderr), 3)} Earlier backups are unharmed.`);
    },
    async deliver(to, { id, bytes, sha256, content }, signal) {
      const there = await runner.run(to, isDeliveredScript({ id, sha256 }), { signal, timeoutMs: checkTimeoutMs });
      if (there.exitCode === 0) return;
      const result = await runner.send(to, receiveSnapshotScript({ id, bytes, sha256 }), { signal, input: content() });
      if (result.exitCode !== 0) throw new SnapshotFailedError(`the snapshot of backup ${id} did not arrive on Machine ${to.machine}: ${lastLines(scrub(result.stderr), 3)} The backup is unharmed.`);
    },
    async discard(via, { id }, signal) {
      const result = await runner.run(via, discardSnapshotScript(id), { signal, timeoutMs: discardTimeoutMs });
      if (result.exitCode !== 0) throw new SnapshotFailedError(`what the backup left on Machine ${via.machine} cannot be removed: ${lastLines(scrub(result.stderr), 3)}`);
    },
  };
}
