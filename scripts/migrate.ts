import { migrationsAreCurrent } from '../src/db/migrations.ts';
import { onDatabase } from './database.ts';

await onDatabase(async (connection) => {
  if (await migrationsAreCurrent(connection.db)) return 'there is nothing to migrate';
  await connection.migrate();
  return 'migrated';
});
