import type { Wrong } from './validation/wrong.ts';

const INDENT = 'check the indentation here and on the line before';

/**
 * The YAML library quotes the text in its own messages, and the text may hold secrets:
 * so each of its codes has a message of its own here.
 */
const MESSAGES: Readonly<Record<string, readonly [message: string, expected: string]>> = {
  ALIAS_PROPS: ['an alias has an anchor or a tag', 'write the alias (*name) alone'],
  BAD_ALIAS: ['an alias is not complete', 'write "*name"; quote a value that begins with "*" or "&"'],
  BAD_COLLECTION_TYPE: ['a tag does not fit the collection', 'leave the tag out'],
  BAD_DIRECTIVE: ['a % directive is not understood', 'leave it out'],
  BAD_DQ_ESCAPE: [
    'an escape sequence in double quotes is not valid',
    'use single quotes, or write "\\\\" for a backslash',
  ],
  BAD_INDENT: ['the indentation is wrong', INDENT],
  BAD_PROP_ORDER: ['an anchor or a tag stands in the wrong place', 'put it before the value, on the same line'],
  BAD_SCALAR_START: ['a value begins with a character that YAML reserves', 'quote the value'],
  BLOCK_AS_IMPLICIT_KEY: [
    'a field begins within the line of another one',
    'begin it on a line of its own, or quote the value',
  ],
  BLOCK_IN_FLOW: ['a block stands within [] or {}', 'close the bracket before'],
  DUPLICATE_KEY: ['a field is there twice', 'keep one of them'],
  IMPOSSIBLE: ['the YAML is not valid here', INDENT],
  KEY_OVER_1024_CHARS: [
    'a field name is longer than 1024 characters',
    'quote the value, or put ":" right behind the name',
  ],
  MISSING_CHAR: [
    'a character is missing, such as ":", "-" or a closing quote or bracket',
    'complete the line, or quote the value',
  ],
  MULTILINE_IMPLICIT_KEY: ['a field name goes over several lines', 'put ":" behind the name, or check the indentation'],
  MULTIPLE_ANCHORS: ['a value has several anchors', 'keep one of them'],
  MULTIPLE_DOCS: ['another document begins without ---', 'write --- on a line of its own between documents'],
  MULTIPLE_TAGS: ['a value has several tags', 'leave the tags out'],
  NON_STRING_KEY: ['a field name is not a string', 'write it as a plain or quoted string'],
  RESOURCE_EXHAUSTION: ['the YAML is nested too deeply', 'use fewer levels'],
  TAB_AS_INDENT: ['a tab is used for indentation', 'use spaces'],
  TAG_RESOLVE_FAILED: [
    'a tag or a type that JSON does not know is used',
    'use strings, numbers, true and false, maps and lists',
  ],
  UNEXPECTED_TOKEN: ['something unexpected follows', 'check the quotes and brackets before, or quote the value'],
  UNRESOLVED_ALIAS: ['an alias refers to an anchor that is not there before it', 'write the value out'],
};

/** @param code one of the `yaml` package's error codes */
export const describeSyntaxError = (code: string): Wrong => {
  const [message, expected] = MESSAGES[code] ?? ['the YAML is not valid here', INDENT];
  return { reason: 'Syntax error', message, expected };
};
