import { isMap, type Path } from '../manifest-document.ts';
import type { Wrong } from './wrong.ts';

export type Warning = { readonly path: Path; readonly wrong: Wrong };

export const notUsed = (message: string, expected = 'leave it out'): Wrong => ({ reason: 'Not used', message, expected });

export const isSet = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  value !== '' &&
  value !== false &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isMap(value) && Object.keys(value).length === 0);
