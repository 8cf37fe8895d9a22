import { docker } from './docker.ts';
import { note } from './note.ts';

/** As if their disks had burnt: containers and volumes are gone at once, and nobody is told. */
export async function removeMachines(machines: readonly string[]): Promise<void> {
  await Promise.all(machines.map((name) => docker.getContainer(name).remove({ force: true, v: true })));
  note(`docker rm -f ${machines.join(' ')}`);
}
