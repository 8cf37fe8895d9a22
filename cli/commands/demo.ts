import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { slipwayCommand } from '../../node-image/checkout.mjs';
import { toolPath } from '../../node-image/tool-paths.mjs';
import { currentOperation } from '../../domain/cluster-state.ts';
import { applyCluster } from '../apply-cluster.ts';
import { createKubectl } from '../demo/kubectl.ts';
import { proveNetwork, type NetworkProof } from '../demo/prove-network.ts';
import { addApplyFlags, type ApplyFlags } from '../flags.ts';
import { fetchKubeconfig } from '../get-kubeconfig.ts';
import { writePrivateFile } from '../kubeconfig/private-file.ts';
import { localHome } from '../local/home.ts';
import { parseOrExplain, readManifest } from '../manifest-input.ts';
import { renderTimings } from '../render/timings.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeData, writeStory } from '../terminal.ts';
import { bringUp } from './up.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));

export function registerDemo(command: Command): void {
  addApplyFlags(command)
    .description(
      'Starts what is missing, creates the cluster of examples/demo.yaml, deploys a small workload on it that proves its\n' +
        'network, and leaves everything running. Can be run again.',
    )
    .action(async (flags: ApplyFlags) => {
      const { webUi } = await bringUp({});
      const desired = parseOrExplain(await readManifest(join(examples, 'demo.yaml')));
      const { detach: _, ...followed } = flags;
      const { result } = await applyCluster(desired, followed);
      if (result === 'unchanged') await tellTimings(desired.name);
      const kubeconfig = await storeKubeconfig(desired.name);
      const kubectl = createKubectl(kubeconfig);
      writeStory('deploying examples/demo-workload.yaml: two Pods on two machines, and a Service');
      tellProof(await proveNetwork(kubectl, join(examples, 'demo-workload.yaml')));
      writeStory('');
      writeData(await kubectl(['get', 'nodes', '-o', 'wide']));
      tellNext({ cluster: desired.name, kubeconfig, webUi });
    });
}

async function tellTimings(cluster: string): Promise<void> {
  const state = await withTemporal((session) => fetchCluster(session, cluster));
  const operation = currentOperation(state);
  if (operation !== undefined) writeStory(`\n${renderTimings({ operation, steps: state.steps, now: Date.now() })}`);
}

async function storeKubeconfig(cluster: string): Promise<string> {
  const directory = join(localHome().root, 'kubeconfig');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, cluster);
  writePrivateFile(path, await withTemporal((session) => fetchKubeconfig(session, cluster)));
  return path;
}

function tellProof({ service, requests, from, answeredBy }: NetworkProof): void {
  const check = colorsFor(process.stderr).green('✓');
  writeStory(`${check} cluster DNS: Pod ${from.pod} on ${from.node} found ${service}`);
  writeStory(`${check} Pod-to-Pod traffic across machines: ${answeredBy.join(' and ')} answered it, after ${requests} requests`);
}

function tellNext(facts: { readonly cluster: string; readonly kubeconfig: string; readonly webUi: string | undefined }): void {
  const { cluster, kubeconfig, webUi } = facts;
  writeStory('');
  writeStory(`Everything is left running.  Web UI: ${webUi ?? 'that of your Temporal server'}`);
  const commands = [
    `${slipwayCommand} describe cluster ${cluster}`,
    `${slipwayCommand} get clusters -o wide`,
    `${toolPath('kubectl')} --kubeconfig ${kubeconfig} get pods -A -o wide`,
    `${slipwayCommand} delete cluster ${cluster}`,
    `${slipwayCommand} down`,
  ];
  writeStory(commands.map((command, index) => `${index === 0 ? 'Next:' : '     '}  ${command}`).join('\n'));
}
