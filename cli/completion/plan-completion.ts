import type { Argument, Command, Option } from 'commander';
import type { Completion } from './completion.ts';
import { flagCandidates, findFlag, takesValue } from './flags.ts';

const nothing: Completion = { candidates: [], files: false };
const kinds = ['clusters', 'machines', 'operations', 'kubeconfig'] as const;

/** `words`: after the program's name, the last one is at the cursor and may be empty or half typed. */
export function planCompletion(program: Command, words: readonly string[]): Completion {
  const { before, current } = joinValues(words);
  const place = walk(program, before);
  if (place.flag !== undefined) return completeValue(place.flag, place);
  if (current.startsWith('-') && !place.afterDashes) return completeFlag(place, current);
  const { command, operands } = place;
  if (command.commands.length > 0) {
    if (operands[0] === 'help' && operands.length === 1) return { ...nothing, candidates: [...subcommands(command), { value: 'exit-codes' }] };
    if (operands.length > 0) return nothing;
    return { ...nothing, candidates: [...subcommands(command), ...(command === program ? [{ value: 'help', description: 'show what a command takes' }] : [])] };
  }
  const argument = argumentAt(command, operands.length);
  return argument === undefined ? nothing : completeArgument(argument, place, current);
}

/** bash breaks words at "=": --output = json. */
function joinValues(words: readonly string[]): { readonly before: readonly string[]; readonly current: string } {
  const tokens = [...words];
  const last = tokens.pop() ?? '';
  const before = tokens.filter((word, index) => word !== '=' || !(tokens[index - 1] ?? '').startsWith('--'));
  return { before, current: last === '=' ? '' : last };
}

type Place = {
  readonly command: Command;
  readonly program: Command;
  readonly operands: readonly string[];
  /** --cluster, where it was given. */
  readonly cluster?: string;
  readonly afterDashes: boolean;
  /** The flag whose value comes next. */
  readonly flag?: Option;
};

function walk(program: Command, before: readonly string[]): Place {
  let command = program;
  let flag: Option | undefined;
  let cluster: string | undefined;
  let afterDashes = false;
  const operands: string[] = [];
  for (const word of before) {
    if (flag !== undefined) {
      if (flag.long === '--cluster') cluster = word;
      flag = undefined;
    } else if (word === '--' && !afterDashes) {
      afterDashes = true;
    } else if (word.startsWith('-') && !afterDashes) {
      const [name = '', value] = word.split('=', 2);
      const found = findFlag([command, program], name);
      if (found?.long === '--cluster' && value !== undefined) cluster = value;
      if (found !== undefined && value === undefined && takesValue(found)) flag = found;
    } else {
      const sub = operands.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
      if (sub === undefined) operands.push(word);
      else command = sub;
    }
  }
  return { command, program, operands, afterDashes, ...(cluster === undefined ? {} : { cluster }), ...(flag === undefined ? {} : { flag }) };
}

function completeFlag(place: Place, current: string): Completion {
  const equals = current.indexOf('=');
  if (equals < 0) return { ...nothing, candidates: flagCandidates(place.command, place.program) };
  const flag = findFlag([place.command, place.program], current.slice(0, equals));
  if (flag === undefined) return nothing;
  const { candidates, names } = completeValue(flag, place);
  const prefix = current.slice(0, equals + 1);
  return {
    ...nothing,
    candidates: candidates.map((candidate) => ({ ...candidate, value: prefix + candidate.value })),
    ...(names === undefined ? {} : { names: { ...names, prefix: prefix + names.prefix } }),
  };
}

function completeValue(flag: Option, { cluster }: Place): Completion {
  if (flag.argChoices !== undefined) return { ...nothing, candidates: flag.argChoices.map((value) => ({ value })) };
  if (flag.flags.includes('<file>')) return { ...nothing, files: true };
  const within = cluster === undefined ? {} : { cluster };
  if (flag.long === '--cluster') return { ...nothing, names: { kind: 'cluster', prefix: '' } };
  if (flag.long === '--operation') return { ...nothing, names: { kind: 'operation', prefix: '', ...within } };
  return nothing;
}

function subcommands(command: Command): Completion['candidates'] {
  return command.commands.map((each) => ({ value: each.name(), description: each.summary() }));
}

function argumentAt(command: Command, position: number): Argument | undefined {
  const declared = command.registeredArguments;
  const last = declared.at(-1);
  return declared[position] ?? (last?.variadic === true ? last : undefined);
}

/** Arguments are known by what they are called in the command tree. */
function completeArgument(argument: Argument, place: Place, current: string): Completion {
  const { operands, cluster } = place;
  if (argument.argChoices !== undefined) return { ...nothing, candidates: argument.argChoices.map((value) => ({ value })) };
  const within = cluster === undefined ? {} : { cluster };
  const slash = current.indexOf('/');
  const prefix = slash < 0 ? '' : current.slice(0, slash + 1);
  switch (argument.name()) {
    case 'kind': {
      const kind = kindOf(prefix.slice(0, -1));
      if (prefix !== '') return kind === undefined ? nothing : { ...nothing, names: { kind, prefix, ...within } };
      return { ...nothing, candidates: kinds.map((value) => ({ value })) };
    }
    case 'names': {
      const [first = ''] = operands;
      const kind = kindOf(first.split('/', 1)[0] ?? '');
      return kind === undefined ? nothing : { ...nothing, names: { kind, prefix: first.includes('/') ? prefix : '', ...within } };
    }
    case 'cluster':
      if (operands.length > 0) return operands.length === 1 && kindOf(operands[0] ?? '') === 'cluster' ? { ...nothing, names: { kind: 'cluster', prefix: '' } } : nothing;
      return prefix === '' ? { ...nothing, candidates: [{ value: 'cluster' }] } : { ...nothing, names: { kind: 'cluster', prefix } };
    case 'machine':
    case 'operation':
      return operands.length > 0 && kindOf(operands[0] ?? '') !== argument.name() ? nothing : { ...nothing, names: { kind: argument.name() === 'machine' ? 'machine' : 'operation', prefix, ...within } };
    case 'target':
      return { ...nothing, names: { kind: 'target', prefix: '', ...within } };
    case 'owner':
      return { ...nothing, names: { kind: 'owner', prefix: '', ...within } };
    default:
      return nothing;
  }
}

/** "machines", "ma", "machine": what names of that kind are names of. */
function kindOf(text: string): 'cluster' | 'machine' | 'operation' | undefined {
  if (/^(cl|clusters?|kubeconfig)$/.test(text)) return 'cluster';
  if (/^(ma|machines?)$/.test(text)) return 'machine';
  return /^(op|operations?)$/.test(text) ? 'operation' : undefined;
}
