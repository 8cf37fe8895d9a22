import { checkVersion } from '../validation/versions.ts';
import { text } from './fields.ts';

/** A Kubernetes version, "v1.34.4". */
export const versionField = text(checkVersion).meta({ pattern: '^v\\d+\\.\\d+\\.\\d+' });
