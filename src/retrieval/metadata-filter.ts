import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidValue } from '../errors.ts';
import { StrictObject } from '../schemas/common.ts';
import {
  MAX_FILTER_CONDITIONS,
  MAX_FILTER_DEPTH,
  METADATA_CONDITIONS,
  type MetadataCondition,
  type MetadataFilter,
} from '../schemas/metadata-filter.ts';
import { findUnstorable } from '../storable.ts';

const Members = Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_FILTER_CONDITIONS });
const all = Compile(StrictObject({ and: Members }));
const any = Compile(StrictObject({ or: Members }));
const condition = Compile(Type.Union([...METADATA_CONDITIONS]));
/** For its mistakes a condition is held against the one form that its operator has. */
const forms = new Map<unknown, Validator>(
  METADATA_CONDITIONS.flatMap((form) =>
    form.properties.op.enum.map((op): [string, Validator] => [op, Compile(form)]),
  ),
);

type Mistake = { instancePath: string; keyword: string; message: string };
type Validator = { Errors(value: unknown): Iterable<Mistake> };

/**
 * Checks a metadata filter, level by level: a schema that refers to itself can say that a filter is
 * wrong, but hardly where.
 *
 * @param path where the filter stands, as a JSON pointer
 * @throws AppError `validation_failed` with the place of the first mistake
 */
export function readMetadataFilter(filter: unknown, path: string): MetadataFilter {
  let conditions = 0;
  return read(filter, path, 1);

  function read(value: unknown, at: string, depth: number): MetadataFilter {
    if (depth > MAX_FILTER_DEPTH)
      throw invalidValue(at, `is more than ${MAX_FILTER_DEPTH} levels deep`);
    if (typeof value !== 'object' || value === null) throw invalidValue(at, 'must be object');
    const readAll = (members: unknown[], name: string) =>
      members.map((member, index) => read(member, `${at}/${name}/${index}`, depth + 1));
    if (all.Check(value)) return { and: readAll(value.and, 'and') };
    if (any.Check(value)) return { or: readAll(value.or, 'or') };
    conditions += 1;
    if (conditions > MAX_FILTER_CONDITIONS) {
      throw invalidValue(path, `has more than ${MAX_FILTER_CONDITIONS} conditions`);
    }
    if (!condition.Check(value)) return refuseForm(value, at);
    checkTexts(value, at);
    return value;
  }
}

function refuseForm(value: object, at: string): never {
  if ('and' in value) refuseBy(all, value, at);
  if ('or' in value) refuseBy(any, value, at);
  if (!('op' in value)) throw invalidValue(at, 'needs `op`, `and` or `or`');
  const form = forms.get(value.op);
  if (!form) throw invalidValue(`${at}/op`, `must be one of ${[...forms.keys()].join(', ')}`);
  return refuseBy(form, value, at);
}

function refuseBy(validator: Validator, value: unknown, at: string): never {
  const [first] = validator.Errors(value);
  // A key that may not be there is held against the schema `false`.
  const message = first?.keyword === 'boolean' ? 'is not a known key' : first?.message;
  throw invalidValue(`${at}${first?.instancePath ?? ''}`, message ?? 'is no filter');
}

function checkTexts({ key, value }: MetadataCondition, at: string): void {
  for (const text of [key, value].flat()) {
    const found = typeof text === 'string' ? findUnstorable(text) : undefined;
    if (found) throw invalidValue(at, found.message);
  }
}
