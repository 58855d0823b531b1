import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { unreadableLine } from '../unreadable.ts';

/** Compiled when the first file comes: the start of the server is not the time for it. */
export const compileOnce = <Schema extends TSchema>(schema: Schema) => {
  let validator: Validator<Record<never, never>, Schema> | undefined;
  return () => {
    validator ??= Compile(schema);
    return validator;
  };
};

/**
 * The error for a value that does not fit its schema.
 *
 * @param found The first error of the validator.
 * @param pointer The JSON pointer of the value in its file.
 * @param line Where the value begins, counted from 1.
 */
export const mismatch = (
  found: { instancePath: string; message: string } | undefined,
  pointer: string,
  line: number,
) => {
  const path = `${pointer}${found?.instancePath ?? ''}` || '/';
  return unreadableLine(line, `${path} ${found?.message ?? 'does not match'} in a Parley export`);
};
