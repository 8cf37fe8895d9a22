import type { z } from 'zod';
import { isMap, problemAt, valueAt, type ManifestDocument, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { formatPath, isSecretPath, showKey } from '../validation/hidden.ts';
import { findOtherSpelling } from '../validation/renamed-fields.ts';
import { findNearest } from '../validation/suggestions.ts';
import type { Wrong } from '../validation/wrong.ts';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, readonly [article: string, expected: string]>> = {
  string: ['a string', 'write a string'],
  number: ['a number', 'write a number without quotes'],
  boolean: ['true or false', 'write true or false, without quotes'],
  array: ['a list', 'write a list, each entry behind "- "'],
  object: ['a map', 'write a map of fields'],
  record: ['a map', 'write a map of keys and values'],
};

const toPath = (path: readonly PropertyKey[]): Path =>
  path.map((part) => (typeof part === 'number' ? part : String(part)));

/** Where quoting what is there would not make it right. */
const EXAMPLES: Readonly<Record<string, string>> = {
  version: 'write a version such as "v1.34.4"',
  kubernetesVersion: 'write a version such as "v1.34.4"',
  // YAML reads 0644 as a number, and true as a boolean.
  permissions: 'write octal digits in quotes, such as "0644"',
  sudo: 'write a rule of sudoers, such as "ALL=(ALL) NOPASSWD:ALL"',
};

/** Fields that are maps in v1beta1 and lists of entries with a name in v1beta2: what the other version's form is told. */
const OTHER_FORMS: Readonly<Record<string, { readonly record: string; readonly array: string }>> = {
  arguments: {
    record: 'write one "name: value" a line: lists of name and value are v1beta2\'s',
    array: 'write "- name:" and "value:" for each: a map is v1beta1\'s',
  },
  failureDomains: {
    record: 'write each as "name:" and its fields below: a list is v1beta2\'s',
    array: 'write each as "- name:" and its fields: a map is v1beta1\'s',
  },
};

const findOtherForm = ({
  expected,
  value,
  field,
}: {
  readonly expected: string;
  readonly value: unknown;
  readonly field: string;
}): string | undefined => {
  const forms = OTHER_FORMS[/[eE]xtraArgs$/.test(field) ? 'arguments' : field];
  const isOther = expected === 'record' ? isListOfNamed(value) : isMap(value);
  return isOther && (expected === 'record' || expected === 'array') ? forms?.[expected] : undefined;
};

const isListOfNamed = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((item) => isMap(item) && 'name' in item);

/** "a", "b" or "c" */
const joinValues = (values: readonly string[]): string =>
  values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;

const describeType = (expected: string, value: unknown, path: Path): Wrong => {
  const example = EXAMPLES[String(path.at(-1))];
  if (value === undefined || value === null) {
    const add = example ?? `add it: ${TYPES[expected]?.[0] ?? expected}`;
    return { reason: 'Required value', message: 'is missing', expected: add };
  }
  const [article, instruction] = TYPES[expected] ?? [expected, `write a value of type ${expected}`];
  const otherForm = findOtherForm({ expected, value, field: String(path.at(-1)) });
  if (otherForm !== undefined) return { message: `must be ${article}`, expected: otherForm };
  const isUnquoted =
    expected === 'string' && (typeof value === 'number' || typeof value === 'boolean') && !isSecretPath(path);
  return {
    message: `must be ${article}`,
    expected: example ?? (isUnquoted ? `quote it: "${String(value)}"` : instruction),
  };
};

/** One of zod's issues as problems of a document: the place is looked up, and nothing is quoted that may be secret. */
export const toProblems = (document: ManifestDocument, issue: Issue): readonly ManifestProblem[] => {
  const path = toPath(issue.path);
  const at = (wrong: Wrong, where: Path = path): ManifestProblem => problemAt(document, where, wrong);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => describeUnknown(document, path, key, issue.message.split(' ').filter((name) => name !== '')));
    case 'invalid_type':
      return [at(describeType(issue.expected, valueAt(document, path), path))];
    case 'invalid_value': {
      if (valueAt(document, path) === undefined) return [at(describeType('string', undefined, path))];
      const values = issue.values.filter((value) => value !== '').map((value) => JSON.stringify(value));
      return [
        at({ reason: 'Unsupported value', message: 'is not one of the values', expected: `use ${joinValues(values)}` }),
      ];
    }
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => toProblems(document, { ...inner, path: [...issue.path, ...inner.path] }));
    case 'custom':
      return [at(toWrong(issue))];
    // The schemas use checks of their own in place of zod's, so these do not come up.
    case 'invalid_format':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
      break;
  }
  return [at({ message: 'is not valid', expected: 'correct the value' })];
};

const toWrong = (issue: Issue & { code: 'custom' }): Wrong => {
  const wrong: unknown = issue.params?.['wrong'];
  return isWrong(wrong) ? wrong : { message: issue.message, expected: 'correct the value' };
};

const isWrong = (value: unknown): value is Wrong =>
  isMap(value) && typeof value['message'] === 'string' && typeof value['expected'] === 'string';

const describeUnknown = (
  document: ManifestDocument,
  parent: Path,
  key: string,
  marked: readonly string[],
): ManifestProblem => {
  const known = marked.map((name) => name.replace(/^!/, ''));
  const usable = marked.filter((name) => !name.startsWith('!'));
  const other = findOtherSpelling(document, [...parent, key]);
  const nearest = findNearest(key, known);
  const isKnown = other !== undefined || nearest !== undefined;
  // A name near to a known one is a typing error and may be shown; another one below files or users may be a secret.
  const shown = isKnown ? key : showKey(parent, key);
  const choices = usable.length === 0 ? 'leave it out: nothing can be set here' : `use one of ${usable.join(', ')}`;
  const advice = nearest === undefined ? choices : `did you mean ${nearest}?`;
  const problem = problemAt(document, [...parent, key], {
    reason: 'Unknown field',
    message: `there is no field ${shown} here`,
    expected: other ?? advice,
  });
  return { ...problem, path: formatPath([...parent, shown]) };
};
