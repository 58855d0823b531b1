import { rollbackLast } from '../src/db/migrations.ts';
import { onDatabase } from './database.ts';

await onDatabase(async (connection) => {
  const name = await connection.exclusively(rollbackLast);
  return name ? `took back ${name}` : 'there is nothing to take back';
});
