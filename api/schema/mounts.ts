import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { checkContainerPath } from '../validation/paths.ts';
import type { Wrong } from '../validation/wrong.ts';
import { addWrong, list } from './fields.ts';

/** Fields of fstab are separated by blanks, and a line of it is what a mount becomes. */
const FIELD = /^[^\s\0#"'\\]{1,512}$/;
const EXPECTED = 'write two to six fields, such as [tmpfs, /scratch, tmpfs, "size=64m"]';

/** A mount as cloud-init takes it: device, mount point, type, options, dump, pass. */
const mount = z.array(z.string()).superRefine((fields, context) => {
  const [, point = ''] = fields;
  const wrong = checkFields(fields) ?? checkContainerPath(point);
  if (wrong !== undefined) addWrong(context, wrong);
});

const checkFields = (fields: readonly string[]): Wrong | undefined => {
  if (fields.length < 2 || fields.length > 6) return { message: `has ${fields.length} fields`, expected: EXPECTED };
  if (!fields.every((field) => FIELD.test(field))) return { message: 'has a field that cannot stand in fstab', expected: EXPECTED };
  return fields.includes('swap') || fields[1] === 'none'
    ? { reason: 'Unsupported value', message: "swap is the host's", expected: 'leave it out' }
    : undefined;
};

export const mounts = list(mount, { max: LIMITS.mounts, key: ([, point = '']) => point });
