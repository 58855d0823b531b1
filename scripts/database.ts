import { loadConfig } from '../src/config.ts';
import { type DatabaseConnection, type DatabaseOptions, openDatabase } from '../src/db/client.ts';

/**
 * Runs `work` on the database that the environment names, and prints what it returns. A failure
 * is told in one line, and makes the process exit with 1.
 */
export async function onDatabase(
  work: (connection: DatabaseConnection) => Promise<string>,
  limits: DatabaseOptions = {},
): Promise<void> {
  try {
    const config = loadConfig(process.env);
    const connection = await openDatabase({
      ...limits,
      url: config.DATABASE_URL,
      dataDir: config.PARLEY_DATA_DIR,
    });
    const name = connection.kind === 'postgres' ? 'PostgreSQL' : config.PARLEY_DATA_DIR;
    try {
      console.log(`${name}: ${await work(connection)}`);
    } finally {
      await connection.close();
    }
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
}

/** Drizzle wraps the driver's error, and puts the whole SQL into its own message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause) return reasonOf(error.cause);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error.message;
}
