import { z } from 'zod';
import { cleanSchema, printJson, type JsonSchema } from './json-schema.ts';
import { apiVersionsOf, KIND_NAMES, type Kind } from './kinds.ts';
import { SCHEMAS } from './manifests.ts';

/**
 * The JSON schema (draft 7) of one document of a manifest, for editors, made of what manifests are checked with. It
 * says what fields there are, of which types, and which must be there. What a text must look like, and what documents
 * must agree on, only `slipway plan` and `apply` check: a document that the schema takes may still be refused.
 */
export const makeManifestSchema = (): JsonSchema => {
  const { properties, definitions } = convertSchemas();
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A document of a manifest of Slipway',
    type: 'object',
    required: ['apiVersion', 'kind'],
    properties: { kind: { enum: KIND_NAMES }, apiVersion: { type: 'string' } },
    allOf: KIND_NAMES.flatMap(listCases),
    definitions: { ...properties, ...definitions },
  };
};

/** As docs/manifest.schema.json holds it, and `slipway generate schema` prints it. */
export const printManifestSchema = (): string => `${printJson(makeManifestSchema())}\n`;

/** "Cluster.v1beta2": the shape of each kind in each version, and the parts that several of them have. */
const convertSchemas = () => {
  const shapes = Object.fromEntries(
    Object.entries(SCHEMAS).flatMap(([kind, versions]) =>
      Object.entries(versions).map(([version, schema]): [string, z.ZodType] => [`${kind}.${version}`, schema]),
    ),
  );
  const converted = z.toJSONSchema(z.object(shapes), {
    io: 'input',
    target: 'draft-7',
    reused: 'ref',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Whether a field must be there is asked of the field: it is lost where what is read has another form.
      if (!(zodSchema instanceof z.ZodObject)) return;
      const required = listRequired(zodSchema);
      delete jsonSchema.required;
      if (required.length > 0) jsonSchema.required = required;
    },
  });
  return cleanSchema(converted);
};

const listRequired = ({ shape }: z.ZodObject): string[] =>
  Object.entries<z.ZodType>(shape).flatMap(([name, field]) => (field.safeParse(undefined).success ? [] : [name]));

/** The apiVersions that a kind may have, and the shape that it has with each. */
const listCases = (kind: Kind): readonly JsonSchema[] => {
  const isKind = { properties: { kind: { const: kind } }, required: ['kind'] };
  const versions = apiVersionsOf(kind);
  return [
    when(isKind, { properties: { apiVersion: { enum: versions } } }),
    ...versions.map((apiVersion) =>
      when(
        { properties: { kind: { const: kind }, apiVersion: { const: apiVersion } }, required: ['kind', 'apiVersion'] },
        { $ref: `#/definitions/${kind}.${apiVersion.split('/').at(-1)}` },
      ),
    ),
  ];
};

// oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON schema
const when = (condition: JsonSchema, consequence: JsonSchema): JsonSchema => ({ if: condition, then: consequence });
