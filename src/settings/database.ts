import { Type } from 'typebox';
import { Milliseconds } from './milliseconds.ts';

/** The database, and how long it may take. */
export const databaseSettings = {
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'PostgreSQL 15 to 18 with pgvector. Default: embedded.',
    }),
  ),
  PARLEY_DATA_DIR: Type.String({
    minLength: 1,
    default: '.parley',
    description: 'Folder of the embedded database, and of stored recordings.',
  }),
  MIGRATE_ON_START: Type.Boolean({ default: true, description: 'Migrate before listening.' }),
  DATABASE_POOL_SIZE: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 20,
    description: 'PostgreSQL connections.',
  }),
  DATABASE_CONNECT_TIMEOUT_MS: Milliseconds(5_000, 'Limit of a new connection.'),
  DATABASE_STATEMENT_TIMEOUT_MS: Milliseconds(10_000, 'Limit of one statement.'),
  DATABASE_LOCK_TIMEOUT_MS: Milliseconds(2_000, 'Limit of waiting for a lock.'),
  DATABASE_IDLE_TIMEOUT_MS: Milliseconds(10_000, 'Limit of an idle transaction.'),
};
