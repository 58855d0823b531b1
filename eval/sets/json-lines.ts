import { readFile } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Reads a file with one JSON value a line. @throws Error that names the first line that does not fit */
export async function readJsonLines<Schema extends TSchema>(
  file: string,
  schema: Schema,
): Promise<Static<Schema>[]> {
  const validator = Compile(schema);
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const value: unknown = JSON.parse(line);
    if (!validator.Check(value)) throw new Error(`${file}:${index + 1} is not as expected`);
    return value;
  });
}
