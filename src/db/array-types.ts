import { makePgArray } from 'drizzle-orm/pg-core';

/**
 * How the driver sends arrays, by the OIDs of their types, which are the same on every server
 * (PostgreSQL, `src/include/catalog/pg_type.dat`). It would ask each new connection for them, beside the
 * first query, and nobody hears of it when that fails: a process would end because a connection was lost
 * while it was opened. Arrays that come back are read by their columns, and are text to statements without one.
 * The server refuses arrays of types that are missing here as malformed.
 */
export const ARRAY_TYPES = {
  texts: arrayType(1009),
  uuids: arrayType(2951),
  integers: arrayType(1007),
};

function arrayType(oid: number) {
  return {
    to: oid,
    from: [oid],
    // A column of a table has written its array down already.
    serialize: (value: unknown) => (Array.isArray(value) ? makePgArray(value) : value),
    parse: (text: string) => text,
  };
}
