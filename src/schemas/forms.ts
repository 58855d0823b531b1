import { type TSchema, Type } from 'typebox';

/**
 * One of several forms of an object, told apart by its `type`
 * (https://spec.openapis.org/oas/v3.1.0#discriminator-object), so that a mistake has its place.
 *
 * @param types which there are, for whoever has none of them
 */
export const oneOfForms = <T>(types: readonly string[], forms: object, options = {}) =>
  Type.Unsafe<T>({
    type: 'object',
    discriminator: { propertyName: 'type' },
    required: ['type'],
    properties: { type: Type.Enum([...types]) },
    oneOf: Object.values(forms),
    ...options,
  });

/** The examples that a schema brings along. */
export const examplesOf = (schema: TSchema): unknown[] =>
  'examples' in schema && Array.isArray(schema.examples) ? schema.examples : [];

/** The name of a type as part of the name of a schema: `delete-account` is `DeleteAccount`. */
export const inPascalCase = (type: string): string =>
  type.replace(/(?:^|-)(\w)/g, (_found, letter: string) => letter.toUpperCase());
