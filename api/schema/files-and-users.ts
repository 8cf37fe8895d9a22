import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { decodeBase64Text } from '../validation/base64.ts';
import { checkAbsolutePath, checkFilePath, checkOwner, checkPermissions } from '../validation/paths.ts';
import { checkPublicKey } from '../validation/ssh-keys.ts';
import type { Check } from '../validation/wrong.ts';
import { addWrong, list, notSupported, object, text } from './fields.ts';

const IN_PLACE = 'Secrets as sources are not supported';

const checkContent: Check<string> = (content) =>
  content.length <= LIMITS.textLength
    ? undefined
    : { reason: 'Too long', message: `has ${content.length} characters`, expected: `use at most ${LIMITS.textLength}` };

export const file = object({
  path: text(checkFilePath),
  owner: text(checkOwner).optional(),
  permissions: text(checkPermissions).optional(),
  encoding: z.enum(['', 'base64', 'gzip', 'gzip+base64']).optional(),
  append: z.boolean().optional(),
  content: text(checkContent).optional(),
  contentFrom: notSupported(IN_PLACE, 'write the content into content: it is stored encrypted'),
}).superRefine(({ encoding, content }, context) => {
  if (encoding === 'gzip' || encoding === 'gzip+base64') {
    addWrong(
      context,
      {
        reason: 'Unsupported value',
        message: 'compressed contents are not supported',
        expected: 'use plain text or "base64"',
      },
      ['encoding'],
    );
  }
  if (encoding === 'base64' && content !== undefined && decodeBase64Text(content) === undefined) {
    addWrong(
      context,
      { message: 'is not the base64 of a UTF-8 text', expected: 'encode it again, or write plain text' },
      ['content'],
    );
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

const checkPasswordHash: Check<string> = (hash) =>
  /^\$[0-9a-z]+\$[^\s:]+$/.test(hash) && hash.length <= 256
    ? undefined
    : { message: 'is not a hashed password', expected: 'write the output of "mkpasswd --method=sha-512"' };

export const user = object({
  name: text(checkUserName),
  shell: text(checkAbsolutePath).optional(),
  groups: text(checkGroups).optional(),
  sudo: text(checkOneLine).optional(),
  passwd: text(checkPasswordHash).optional(),
  sshAuthorizedKeys: list(text(checkPublicKey), { max: 100 }).optional(),
  // See the warnings for both.
  gecos: z.string().optional(),
  lockPassword: z.boolean().optional(),
  homeDir: notSupported('the home directory is below /home', 'leave it out'),
  primaryGroup: notSupported('each user has a group of its own', 'use groups'),
  inactive: notSupported('users that cannot log in are not made', 'leave the user out'),
  passwdFrom: notSupported(IN_PLACE, 'write the hash into passwd: it is stored encrypted'),
}).superRefine(({ passwd, lockPassword }, context) => {
  if (passwd !== undefined && lockPassword === true) {
    addWrong(
      context,
      { message: 'the password is set and locked at once', expected: 'leave passwd out, or set lockPassword: false' },
      ['lockPassword'],
    );
  }
});
