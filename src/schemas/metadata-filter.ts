import { type Static, Type } from 'typebox';
import { reference, StrictObject } from './common.ts';

/** Limits that keep a filter a question, and its condition a statement that PostgreSQL plans at once. */
export const MAX_FILTER_DEPTH = 5;
export const MAX_FILTER_CONDITIONS = 50;

const key = Type.String({
  minLength: 1,
  maxLength: 100,
  description: 'A key of the metadata itself; what lies deeper has no key.',
});
const Scalar = Type.Unsafe<string | number | boolean | null>({
  type: ['string', 'number', 'boolean', 'null'],
  maxLength: 1_000,
});

const Comparison = StrictObject({ key, op: Type.Enum(['eq', 'ne', 'contains']), value: Scalar });
const Range = StrictObject({
  key,
  op: Type.Enum(['gt', 'gte', 'lt', 'lte']),
  value: Type.Unsafe<string | number>({ type: ['string', 'number'], maxLength: 1_000 }),
});
const Choice = StrictObject({
  key,
  op: Type.Enum(['in']),
  value: Type.Array(Scalar, { minItems: 1, maxItems: 100 }),
});

/** The forms of a condition; its `op` tells which. */
export const METADATA_CONDITIONS = [Comparison, Range, Choice] as const;

export type MetadataScalar = Static<typeof Scalar>;
export type MetadataCondition = Static<(typeof METADATA_CONDITIONS)[number]>;
export type MetadataFilter =
  | MetadataCondition
  | { and: MetadataFilter[] }
  | { or: MetadataFilter[] };

const Filters = Type.Array(reference<MetadataFilter>('MetadataFilter'), {
  minItems: 1,
  maxItems: MAX_FILTER_CONDITIONS,
});

/** What metadata has to be like. */
export const MetadataFilter = Type.Unsafe<MetadataFilter>({
  $id: 'MetadataFilter',
  description: [
    'What metadata has to be like. Values are compared as JSON: `5` is not `"5"`, and `Mill` is not `mill`.',
    '`eq`: the value is this one; `ne`: it is not, or there is none.',
    '`gt`, `gte`, `lt`, `lte`: numbers are compared with numbers, and texts with texts by their code points, which is how ISO 8601 dates are ordered; anything else matches none of them.',
    '`in`: the value is one of these.',
    '`contains`: a text has this text within it, or a list has this value as an entry.',
    `\`and\`, \`or\`: all or any of these; ${MAX_FILTER_DEPTH} levels and ${MAX_FILTER_CONDITIONS} conditions at most.`,
  ].join(' '),
  anyOf: [...METADATA_CONDITIONS, StrictObject({ and: Filters }), StrictObject({ or: Filters })],
});
