import type { Command } from 'commander';
import type { AnnotationChange } from '../../domain/machine-annotations.ts';
import { annotateMachineUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { UsageError } from '../errors.ts';
import { parseOneResource } from '../resources.ts';
import { sendUpdate } from '../send-update.ts';
import { findMachineCluster } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

export function registerAnnotate(command: Command): void {
  command
    .description(
      'Writes on a machine what Slipway heeds, or takes it off again:\n' +
        '  slipway annotate machine/NAME cluster.x-k8s.io/delete-machine=yes   it goes before others when its owner shrinks\n' +
        '  slipway annotate machine/NAME cluster.x-k8s.io/delete-machine-      not any more',
    )
    .argument('<machine...>', 'machine NAME or machine/NAME, then KEY=VALUE, or KEY- to remove it')
    .option('--cluster <name>', 'the cluster of the machine')
    .action(async (args: readonly string[], flags: { readonly cluster?: string }) => {
      const change = parseAnnotate(args);
      const { machine } = change;
      await withTemporal(async (session) => {
        const { identity } = await findMachineCluster(session, { machine, cluster: flags.cluster });
        const { result } = await sendUpdate(session, { cluster: identity.name, update: annotateMachineUpdate, command: { ...change, actor: currentActor() } });
        writeStory(result === 'unchanged' ? `Machine ${machine} is annotated so already` : `Machine ${machine} is annotated`);
      });
    });
}

/** @throws UsageError */
export function parseAnnotate(args: readonly string[]): AnnotationChange {
  const count = (args[0] ?? '').includes('/') ? 1 : 2;
  const { name: machine } = parseOneResource(args.slice(0, count), ['machine']);
  const changes = args.slice(count).map(parseChange);
  if (changes.length === 0) throw new UsageError({ what: 'say what to annotate', next: [`slipway annotate machine/${machine} KEY=VALUE, or KEY- to remove it`] });
  const keys = changes.map(({ key }) => key);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined) throw new UsageError({ what: `annotation "${repeated}" is there twice` });
  return {
    machine,
    set: Object.fromEntries(changes.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]]))),
    remove: changes.flatMap(({ key, value }) => (value === undefined ? [key] : [])),
  };
}

/** Without a value it is removed. */
function parseChange(text: string): { readonly key: string; readonly value?: string } {
  const equals = text.indexOf('=');
  if (equals > 0) return { key: text.slice(0, equals), value: text.slice(equals + 1) };
  if (equals < 0 && text.length > 1 && text.endsWith('-')) return { key: text.slice(0, -1) };
  throw new UsageError({ what: `"${text}" is no annotation: use KEY=VALUE, or KEY- to remove it` });
}
