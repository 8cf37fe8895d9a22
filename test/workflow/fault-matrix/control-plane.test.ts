import { simulatedDesired } from '../simulated-world.ts';
import { describeMatrix } from './describe-matrix.ts';

describeMatrix({
  name: 'control plane',
  manifest: (cluster, { controlPlanes, workers }) => simulatedDesired(cluster, controlPlanes, workers),
  drive: async (cluster) => {
    await cluster.create({ controlPlanes: 1, workers: 0 });
    await cluster.scale('control-plane', 3);
    await cluster.deleteMachine('control-plane');
    await cluster.scale('control-plane', 1);
    await cluster.delete();
  },
  end: 'gone',
});
