import { describe, expect, test } from 'vitest';
import { readMetadataFilter } from '../../../src/retrieval/metadata-filter.ts';

const PLACE = '/querystring/metadata';
const condition = { key: 'room', op: 'eq', value: 'north' };
const refused = (filter: unknown) => {
  try {
    return readMetadataFilter(filter, PLACE);
  } catch (error) {
    expect(error).toMatchObject({ code: 'validation_failed' });
    return (error as { errors: { path: string; message: string }[] }).errors;
  }
};
const nested = (levels: number): unknown =>
  levels === 1 ? condition : { and: [nested(levels - 1)] };
const conditions = (count: number) => Array.from({ length: count }, () => condition);

test.each([
  condition,
  { key: 'room', op: 'ne', value: null },
  { key: 'take', op: 'gte', value: 2.5 },
  { key: 'day', op: 'lt', value: '2026-02-01' },
  { key: 'room', op: 'in', value: ['north', 5, true, null] },
  { key: '__proto__', op: 'contains', value: false },
  { or: [condition, { and: [condition, { or: [condition] }] }] },
  { and: conditions(50) },
  nested(5),
])('%j is a filter, and is taken as it is', (filter) => {
  expect(readMetadataFilter(filter, PLACE)).toEqual(filter);
});

describe('what is no filter is refused with its place', () => {
  test.each([
    [5, '', 'must be object'],
    [null, '', 'must be object'],
    [[condition], '', 'needs `op`, `and` or `or`'],
    [{}, '', 'needs `op`, `and` or `or`'],
    [{ and: [] }, '/and', 'must not have fewer than 1 items'],
    [{ and: [condition], or: [condition] }, '/or', 'is not a known key'],
    [{ and: conditions(51) }, '/and', 'must not have more than 50 items'],
    [{ and: [condition, { or: [{ ...condition, op: 'gt', value: true }] }] }, '/and/1/or/0/value'],
    [{ ...condition, op: 'like' }, '/op', 'must be one of eq, ne, contains, gt, gte, lt, lte, in'],
    [{ ...condition, op: 'toString' }, '/op'],
    [{ key: 'room', op: 'eq' }, '', 'must have required properties value'],
    [{ ...condition, key: '' }, '/key'],
    [{ ...condition, key: 'k'.repeat(101) }, '/key'],
    [{ ...condition, key: 5 }, '/key', 'must be string'],
    [{ ...condition, value: ['north'] }, '/value'],
    [{ ...condition, value: {} }, '/value'],
    [{ ...condition, value: Number.POSITIVE_INFINITY }, '/value'],
    [{ ...condition, op: 'in' }, '/value', 'must be array'],
    [{ ...condition, op: 'in', value: [] }, '/value'],
    [{ ...condition, op: 'in', value: Array(101).fill(1) }, '/value'],
    [{ ...condition, op: 'in', value: [1, [2]] }, '/value/1'],
    [{ ...condition, surprise: 1 }, '/surprise', 'is not a known key'],
    [JSON.parse('{"key":"a","op":"eq","value":1,"__proto__":1}'), '/__proto__'],
    [{ ...condition, value: 'a\0b' }, '', 'NUL characters are not text'],
    [{ ...condition, key: '\ud800' }, '', 'half of a surrogate pair is not text'],
    [{ ...condition, op: 'in', value: [1, '\udc00'] }, '', 'half of a surrogate pair is not text'],
    [nested(6), '/and/0/and/0/and/0/and/0/and/0', 'is more than 5 levels deep'],
    [{ and: [{ or: conditions(26) }, { or: conditions(25) }] }, '', 'has more than 50 conditions'],
  ] as const)('%j', (filter, at, message: string = expect.any(String)) => {
    expect(refused(filter)).toEqual([{ path: `${PLACE}${at}`, message }]);
  });

  test('however deep it is', () => {
    expect(refused(nested(1_000))).toMatchObject([{ message: 'is more than 5 levels deep' }]);
  });
});
