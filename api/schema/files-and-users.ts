import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { decodeContent, ENCODINGS } from '../file-content.ts';
import { checkObjectName } from '../validation/names.ts';
import { checkAbsolutePath, checkFilePath, checkOwner, checkPermissions } from '../validation/paths.ts';
import { checkPublicKey } from '../validation/ssh-keys.ts';
import type { Check } from '../validation/wrong.ts';
import { addWrong, list, object, only, text } from './fields.ts';

const checkContent: Check<string> = (content) =>
  content.length <= LIMITS.textLength
    ? undefined
    : { reason: 'Too long', message: `has ${content.length} characters`, expected: `use at most ${LIMITS.textLength}` };

const checkSecretKey: Check<string> = (key) =>
  /^[-._A-Za-z0-9]{1,253}$/.test(key)
    ? undefined
    : { message: 'is not the key of a Secret', expected: 'use letters, digits, "-", "_" and "."' };

/** A value that a Secret of the manifest holds. Whether it is there is checked across documents. */
const secretSource = object({
  secret: object({ name: text(checkObjectName), key: text(checkSecretKey) }),
});

export const file = object({
  path: text(checkFilePath),
  owner: text(checkOwner).optional(),
  permissions: text(checkPermissions).optional(),
  encoding: z.enum(ENCODINGS).optional(),
  append: z.boolean().optional(),
  content: text(checkContent).optional(),
  contentFrom: secretSource.optional(),
  contentFormat: only(['', 'Raw'], { message: 'contents are no templates here', expected: 'leave it out, and fill the content in' }),
}).superRefine(({ encoding = '', content, contentFrom }, context) => {
  if (content !== undefined && content !== '' && contentFrom !== undefined) {
    addWrong(context, { reason: 'Forbidden', message: 'there is a content already', expected: 'keep one of them' }, ['contentFrom']);
  }
  if (content !== undefined && content !== '' && decodeContent(new TextEncoder().encode(content), encoding) === undefined) {
    addWrong(context, { message: `is not encoded as ${encoding}`, expected: 'encode it again, or write plain text and leave encoding out' }, ['content']);
  }
});

const checkUserName: Check<string> = (name) => {
  if (name === 'root') {
    return {
      reason: 'Forbidden',
      message: 'Slipway itself enters the machines as root',
      expected: 'add a user of another name, with sudo',
    };
  }
  return /^[a-z_][a-z0-9_-]{0,31}$/.test(name)
    ? undefined
    : {
        message: 'is not the name of a Linux user',
        expected: 'use at most 32 lower case letters, digits, "-" and "_"',
      };
};

const checkGroups: Check<string> = (groups) =>
  /^[a-z_][a-z0-9_-]{0,31}( *, *[a-z_][a-z0-9_-]{0,31})*$/.test(groups)
    ? undefined
    : { message: 'is not a list of groups', expected: 'write "sudo,docker"' };

const checkOneLine: Check<string> = (value) =>
  value.length <= 256 && !/[\r\n\0]/.test(value)
    ? undefined
    : {
        message: 'must be one line of at most 256 characters',
        expected: 'write "ALL=(ALL) NOPASSWD:ALL", for example',
      };

const checkFullName: Check<string> = (name) =>
  checkOneLine(name) ?? (name.includes(':') ? { message: 'must not contain ":"', expected: 'leave the colon out' } : undefined);

const checkGroup: Check<string> = (group) =>
  checkGroups(group) ?? (group.includes(',') ? { message: 'is not one group', expected: 'write one group, and more under groups' } : undefined);

export const checkPasswordHash: Check<string> = (hash) =>
  /^\$[0-9a-z]+\$[^\s:]+$/.test(hash) && hash.length <= 256
    ? undefined
    : { message: 'is not a hashed password', expected: 'write the output of "mkpasswd --method=sha-512"' };

export const user = object({
  name: text(checkUserName),
  shell: text(checkAbsolutePath).optional(),
  groups: text(checkGroups).optional(),
  primaryGroup: text(checkGroup).optional(),
  sudo: text(checkOneLine).optional(),
  passwd: text(checkPasswordHash).optional(),
  passwdFrom: secretSource.optional(),
  lockPassword: z.boolean().optional(),
  sshAuthorizedKeys: list(text(checkPublicKey), { max: 100 }).optional(),
  gecos: text(checkFullName).optional(),
  homeDir: text(checkAbsolutePath).optional(),
  inactive: z.boolean().optional(),
}).superRefine(({ passwd, passwdFrom }, context) => {
  if (passwd === undefined || passwd === '' || passwdFrom === undefined) return;
  addWrong(context, { reason: 'Forbidden', message: 'there is a passwd already', expected: 'keep one of them' }, ['passwdFrom']);
});
