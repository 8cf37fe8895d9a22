import { toolPath } from '../node-image/tool-paths.mjs';
import { writeStory } from './terminal.ts';

/** What a person does next with a cluster that has just been asked for. */
export function tellNextCommands(cluster: string, options: { readonly underWay?: boolean } = {}): void {
  const commands =
    options.underWay === true
      ? [`slipway watch cluster ${cluster}`, `slipway describe cluster ${cluster}`]
      : [
          `slipway describe cluster ${cluster}`,
          `slipway get kubeconfig ${cluster} -f ${cluster}.kubeconfig`,
          `${toolPath('kubectl')} --kubeconfig ${cluster}.kubeconfig get nodes -o wide`,
          `slipway delete cluster ${cluster}`,
        ];
  writeStory(commands.map((command, index) => `${index === 0 ? 'Next:' : '     '}  ${command}`).join('\n'));
}
