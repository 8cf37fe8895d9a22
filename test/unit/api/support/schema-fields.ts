import { z } from 'zod';

/**
 * The paths of all fields of a schema, "spec.files[].path"; maps of free keys count as one field. Lists are entered.
 */
export const listSchemaFields = (schema: unknown, path = ''): readonly string[] => {
  if (schema instanceof z.ZodOptional) return listSchemaFields(schema.unwrap(), path);
  // Before it is read a map loses its nulls; what is read of it may have another form.
  if (schema instanceof z.ZodPipe) {
    return listSchemaFields(schema.in instanceof z.ZodTransform ? schema.out : schema.in, path);
  }
  if (schema instanceof z.ZodArray) return listSchemaFields(schema.element, `${path}[]`);
  if (!(schema instanceof z.ZodObject)) return [path];
  const shape: Readonly<Record<string, unknown>> = schema.shape;
  return Object.entries(shape).flatMap(([name, field]) =>
    listSchemaFields(field, path === '' ? name : `${path}.${name}`),
  );
};
