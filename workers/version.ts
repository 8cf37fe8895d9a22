import packageJson from '../package.json' with { type: 'json' };

export const workerVersion: string = packageJson.version;
