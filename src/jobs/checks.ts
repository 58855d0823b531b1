import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { MetadataFilter } from '../schemas/metadata-filter.ts';

/** What the schemas of jobs may refer to, by their `$ref`. */
const REFERRED = { 'MetadataFilter#': MetadataFilter };

/** Tells whether a value has a schema; one that refers to a scope, too. */
export function checkOf<Schema extends TSchema>(
  schema: Schema,
): (value: unknown) => value is Static<Schema> {
  const compiled = Compile(REFERRED, schema);
  return (value): value is Static<Schema> => compiled.Check(value);
}
