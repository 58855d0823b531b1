import { and, not, or, type SQL, sql } from 'drizzle-orm';
import { transcripts } from '../db/schema/index.ts';
import type {
  MetadataCondition,
  MetadataFilter,
  MetadataScalar,
} from '../schemas/metadata-filter.ts';

const { metadata } = transcripts;

const ORDERS = { gt: sql`>`, gte: sql`>=`, lt: sql`<`, lte: sql`<=` };

/**
 * The condition that a transcript's metadata is as a filter says; never unknown, and no stored JSON
 * makes it fail. Equality is containment, which the index on the metadata answers.
 */
export function metadataMatches(filter: MetadataFilter): SQL | undefined {
  if ('and' in filter) return and(...filter.and.map(metadataMatches));
  if ('or' in filter) return or(...filter.or.map(metadataMatches));
  return conditionOf(filter);
}

function conditionOf({ key, op, value }: MetadataCondition): SQL | undefined {
  switch (op) {
    case 'eq':
      return holds(key, value);
    case 'ne':
      return not(holds(key, value));
    case 'in':
      return or(...value.map((one) => holds(key, one)));
    case 'contains':
      return or(
        holds(key, [value]),
        typeof value === 'string'
          ? and(isOf(key, 'string'), sql`strpos(${textAt(key)}, ${value}::text) > 0`)
          : undefined,
      );
    default:
      return inOrder(key, op, value);
  }
}

/** Containment of one key and a plain value is equality; a list holds a list's entries. */
function holds(key: string, value: MetadataScalar | MetadataScalar[]): SQL {
  return sql`${metadata} @> ${JSON.stringify({ [key]: value })}::jsonb`;
}

function inOrder(key: string, op: keyof typeof ORDERS, value: string | number): SQL | undefined {
  const order = ORDERS[op];
  return typeof value === 'string'
    ? // Bytes of UTF-8 are in the order of the code points, whatever language the database speaks.
      and(isOf(key, 'string'), sql`${textAt(key)} collate "C" ${order} ${value}::text`)
    : // As JSON, which compares any two numbers exactly and cannot overflow.
      and(isOf(key, 'number'), sql`${metadata} -> ${key}::text ${order} ${String(value)}::jsonb`);
}

function isOf(key: string, type: 'string' | 'number'): SQL {
  return sql`coalesce(jsonb_typeof(${metadata} -> ${key}::text) = ${type}, false)`;
}

function textAt(key: string): SQL {
  return sql`(${metadata} ->> ${key}::text)`;
}
