import { composeActivities } from './dependencies.ts';
import { runWorkerProcess } from './worker-process.ts';

await runWorkerProcess(process.env, composeActivities);
