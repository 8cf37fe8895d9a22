import { simulatedDesired } from '../simulated-world.ts';
import { describeMatrix } from './describe-matrix.ts';

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'motd', namespace: 'default' }, data: { text: 'hello' } };

describeMatrix({
  name: 'workers',
  manifest: (cluster, { controlPlanes, workers }) => ({
    ...simulatedDesired(cluster, controlPlanes, workers),
    resourceSets: [
      { name: 'base', strategy: 'ApplyOnce', resources: [{ kind: 'ConfigMap', name: 'base', content: { plain: JSON.stringify(configMap) } }] },
    ],
  }),
  drive: async (cluster) => {
    await cluster.create({ controlPlanes: 1, workers: 1 });
    await cluster.scale('worker', 2);
    await cluster.deleteMachine('worker');
    await cluster.scale('worker', 1);
    await cluster.delete();
  },
  end: 'gone',
});
