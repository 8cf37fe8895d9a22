import { readInside } from './docker.ts';

const openFile = '/run/e2e-gate-is-open';

/** What a gate that fails says last, for the evidence to show. */
export const gateComplaint = 'e2e-gate: the licence server said no';

/**
 * preKubeadmCommands that a test decides about while they run: before its gate is opened a Machine
 * either fails with exit code 3, or waits.
 */
export const gateCommands = {
  fails: [`test -e ${openFile} || { echo "${gateComplaint}" >&2; exit 3; }`],
  waits: [`until test -e ${openFile}; do sleep 0.2; done`],
} as const;

/** Where the manifest has them. */
export const gateField = 'kubeadmConfigSpec.preKubeadmCommands';

export async function openGate(machine: string): Promise<void> {
  await readInside(machine, `touch ${openFile}`);
}
