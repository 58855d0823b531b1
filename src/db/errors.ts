import { DrizzleQueryError } from 'drizzle-orm/errors';

/** SQLSTATE codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Somebody else's work or the server's state is in the way; the same request may succeed later. */
const UNAVAILABLE = new Set([
  '40001', // serialization failure
  '40P01', // deadlock detected
  '53300', // too many connections
  '55P03', // lock not available within lock_timeout
  '57014', // statement cancelled by statement_timeout
  '57P01', // server is shutting down
  '57P02', // server crashed
  '57P03', // server is starting up
  '25P03', // idle in transaction for too long
  // Errors of the driver, which have no SQLSTATE.
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

/** The parts of a driver's error that may be acted on. Drizzle wraps it, so it is in `cause`. */
type DriverError = { code: string; constraint: string | undefined };

function driverError(error: unknown): DriverError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') {
      // `postgres` says constraint_name, PGlite says constraint.
      const name = 'constraint_name' in at ? at.constraint_name : undefined;
      const constraint = name ?? ('constraint' in at ? at.constraint : undefined);
      return { code: at.code, constraint: typeof constraint === 'string' ? constraint : undefined };
    }
  }
  return undefined;
}

/** Whether `error` says that a row breaks the unique constraint or index `constraint`. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  const found = driverError(error);
  return found?.code === UNIQUE_VIOLATION && found.constraint === constraint;
}

/** Whether `error` says that a row points, through `constraint`, at a row that is not there. */
export function violatesForeignKey(error: unknown, constraint: string): boolean {
  const found = driverError(error);
  return found?.code === FOREIGN_KEY_VIOLATION && found.constraint === constraint;
}

/** Whether the database cannot answer at the moment, so that trying again makes sense. */
export function isUnavailable(error: unknown): boolean {
  const found = driverError(error);
  return found !== undefined && (UNAVAILABLE.has(found.code) || found.code.startsWith('08'));
}

/** Whether an error's message and properties hold the SQL that failed, with its parameters. */
export function isQueryFailure(error: unknown): boolean {
  return error instanceof DrizzleQueryError;
}
