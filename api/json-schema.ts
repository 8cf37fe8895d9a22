import { isMap } from './manifest-document.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What counts as not set, in a field that is refused otherwise. */
const UNSET = {
  anyOf: [
    { enum: [null, '', 0, false] },
    { type: 'array', maxItems: 0 },
    { type: 'object', additionalProperties: { $ref: '#/definitions/unset' } },
  ],
};

type Parts = { readonly properties: JsonSchema; readonly definitions: JsonSchema };

const GENERATED = /^#\/definitions\/(__schema\d+)$/;

/**
 * What is made of zod's schemas, for people to read and for editors: parts that are used several times are called after
 * the field that they stand at, short ones stand where they are used, and null is taken wherever a field may be left out.
 */
export const cleanSchema = (schema: unknown): Parts => {
  const { properties, definitions } = isMap(schema) ? schema : {};
  const parts = isMap(definitions) ? definitions : {};
  const names = nameParts(properties, parts);
  const named = (part: unknown): unknown => refer({ schema: part, parts, names });
  const shared = Object.fromEntries([...names].map(([part, name]) => [name, named(parts[part])]));
  const clean = (part: unknown): unknown => allowNull(part, shared);
  return {
    properties: mapValues(isMap(properties) ? properties : {}, (part) => clean(named(part))),
    definitions: { ...mapValues(shared, clean), unset: UNSET },
  };
};

const mapValues = (map: JsonSchema, change: (value: unknown) => unknown): JsonSchema =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

const partOf = (reference: unknown): string | undefined =>
  typeof reference === 'string' ? GENERATED.exec(reference)?.[1] : undefined;

/** Shorter than a reference and its definition together. */
const isShort = (part: unknown): boolean => JSON.stringify(part).length < 120;

/** Names by the fields at which parts are found first, in the order of the schema: "files", "labels", "labels-2". */
const nameParts = (schema: unknown, parts: JsonSchema): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const visit = (value: unknown, field: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, field);
      return;
    }
    for (const [key, inner] of Object.entries(isMap(value) ? value : {})) {
      const part = key === '$ref' ? partOf(inner) : undefined;
      if (part === undefined) {
        visit(inner, isMap(value) && isKeyword(key) ? field : key);
        continue;
      }
      if (names.has(part)) continue;
      if (!isShort(parts[part])) {
        const count = [...taken].filter((name) => name.replace(/-\d+$/, '') === field).length;
        const name = count === 0 ? field : `${field}-${count + 1}`;
        taken.add(name);
        names.set(part, name);
      }
      visit(parts[part], field);
    }
  };
  visit(schema, 'document');
  return names;
};

const KEYWORDS = new Set(['properties', 'items', 'allOf', 'anyOf', 'additionalProperties', 'propertyNames', 'required', 'type']);
const isKeyword = (key: string): boolean => KEYWORDS.has(key);

/** Short parts in place, the others by their names; a reference alone needs no allOf around it. */
const refer = (context: {
  readonly schema: unknown;
  readonly parts: JsonSchema;
  readonly names: ReadonlyMap<string, string>;
}): unknown => {
  const { schema, parts, names } = context;
  if (Array.isArray(schema)) return schema.map((item: unknown) => refer({ ...context, schema: item }));
  if (!isMap(schema)) return schema;
  const { allOf, ...rest } = schema;
  if (Array.isArray(allOf)) {
    const all = allOf.map((one) => refer({ ...context, schema: one })).filter((one) => isMap(one) && Object.keys(one).length > 0);
    const others = mapValues(rest, (inner) => refer({ ...context, schema: inner }));
    if (all.length === 0) return others;
    return all.length === 1 && Object.keys(rest).length === 0 ? all[0] : { ...others, allOf: all };
  }
  const part = partOf(schema['$ref']);
  if (part === undefined) return mapValues(schema, (inner) => refer({ ...context, schema: inner }));
  const name = names.get(part);
  return name === undefined ? refer({ ...context, schema: parts[part] }) : { $ref: `#/definitions/${name}` };
};

/** Kubernetes reads null as "not set", and so do manifests. */
const allowNull = (schema: unknown, shared: JsonSchema): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => allowNull(item, shared));
  if (!isMap(schema)) return schema;
  if (isRefused(schema)) return { ...schema, allOf: [{ $ref: '#/definitions/unset' }] };
  const changed = mapValues(schema, (inner) => allowNull(inner, shared));
  const { properties, required } = changed;
  if (!isMap(properties)) return changed;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const entries = Object.entries(properties).map(([name, field]) => [name, needed.includes(name) ? field : orNull(field, shared)]);
  return { ...changed, properties: Object.fromEntries(entries) };
};

/** Editors do not offer the fields that are refused: so the schemas mark them. */
const isRefused = (field: JsonSchema): boolean => field['doNotSuggest'] === true;

/** Fields that are refused or take few values take null already. */
const takesNull = (field: JsonSchema): boolean =>
  Object.keys(field).length === 0 ||
  isRefused(field) ||
  (!('type' in field) && Array.isArray(field['enum']) && field['enum'].includes(null));

const orNull = (field: unknown, shared: JsonSchema): unknown => {
  if (!isMap(field)) return field;
  const target = typeof field['$ref'] === 'string' ? shared[field['$ref'].split('/').at(-1) ?? ''] : undefined;
  if (takesNull(isMap(target) ? target : field)) return field;
  if (typeof field['type'] !== 'string') return { anyOf: [field, { type: 'null' }] };
  const values: unknown = field['enum'];
  return { ...field, type: [field['type'], 'null'], ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}) };
};

const WIDTH = 120;

/** JSON of which everything that fits into a line stands in one. */
export const printJson = (value: unknown, indent = ''): string => {
  const line = printLine(value);
  if (indent.length + line.length <= WIDTH) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${printJson(item, inner)}`).join(',\n')}\n${indent}]`;
  }
  const fields = Object.entries(isMap(value) ? value : {});
  const printed = fields.map(([key, field]) => `${inner}${JSON.stringify(key)}: ${printJson(field, inner)}`);
  return `{\n${printed.join(',\n')}\n${indent}}`;
};

const printLine = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(printLine).join(', ')}]`;
  if (!isMap(value)) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${printLine(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
};
