import { X509Certificate } from 'node:crypto';
import { bootstrapFolder } from '../../domain/kubeadm/paths.ts';
import { kubeadmScript, resetScript, type KubeadmStage } from '../../domain/kubeadm/scripts.ts';
import { stopApiServerScript } from '../../domain/kubeadm/stop-api-server.ts';
import { stopControlPlaneScript } from '../../domain/kubeadm/stop-control-plane.ts';
import { upgradeScript } from '../../domain/kubeadm/upgrade-scripts.ts';
import type { Bootstrapper } from '../seams/bootstrapper.ts';
import type { CommandRunner } from '../seams/command-runner.ts';
import { CertificateUnreadableError } from './errors.ts';

const filesTimeoutMs = 30_000;
const readTimeoutMs = 10_000;
const stopTimeoutMs = 30_000;
const kubeadmTimeoutSeconds = 480;
const resetTimeoutSeconds = 120;
const apiServerCertificate = '/etc/kubernetes/pki/apiserver.crt';

/** Names of the units on the Machine. */
const operations: Readonly<Record<KubeadmStage, string>> = {
  init: 'kubeadm-init',
  restore: 'kubeadm-restore',
  join: 'kubeadm-join',
  prepare: 'kubeadm-join-prepare',
  etcd: 'kubeadm-join-etcd',
  serve: 'kubeadm-join-serve',
};

/** The Machine's own kubeadm, over SSH. */
export function createKubeadmBootstrapper(runner: CommandRunner): Bootstrapper {
  return {
    async writeBootstrapData(target, { files }, signal) {
      const options = { signal, timeoutMs: filesTimeoutMs };
      await runner.run(target, `install -d -m 0700 ${bootstrapFolder}`, options);
      await runner.writeFiles(target, files, options);
    },
    async writeFile(target, file, signal) {
      await runner.writeFiles(target, [file], { signal, timeoutMs: filesTimeoutMs });
    },
    async stopApiServer(target, signal) {
      return runner.run(target, stopApiServerScript(), { signal, timeoutMs: stopTimeoutMs });
    },
    async stopControlPlane(target, signal) {
      return runner.run(target, stopControlPlaneScript(), { signal, timeoutMs: stopTimeoutMs });
    },
    async run(target, { generation, ...command }, options) {
      const operation = operations[command.stage];
      return runner.runDurable(target, { operation, generation, script: kubeadmScript(command), timeoutSeconds: kubeadmTimeoutSeconds }, options);
    },
    async runUpgrade(target, { step, generation, ...command }, options) {
      const operation = `kubeadm-${command.part}-${step}`;
      return runner.runDurable(target, { operation, generation, script: upgradeScript(command), timeoutSeconds: kubeadmTimeoutSeconds }, options);
    },
    async certificatesExpireAt(target, signal) {
      const { exitCode, stdout, stderr } = await runner.run(target, `cat ${apiServerCertificate}`, { signal, timeoutMs: readTimeoutMs });
      if (exitCode !== 0) throw new CertificateUnreadableError(target.machine, stderr.trim());
      return new X509Certificate(stdout).validToDate.getTime();
    },
    async reset(target, { step, generation }, options) {
      return runner.runDurable(
        target,
        {
          operation: `kubeadm-reset-${step}`,
          generation,
          script: resetScript(),
          undoes: Object.values(operations),
          timeoutSeconds: resetTimeoutSeconds,
        },
        options,
      );
    },
  };
}
