import { existsSync } from 'node:fs';
import { defineConfig } from 'drizzle-kit';

if (existsSync('.env')) process.loadEnvFile('.env');

const url = process.env.DATABASE_URL;
const CONNECTING = ['migrate', 'push', 'pull', 'introspect', 'studio'];

if (!url && CONNECTING.some((command) => process.argv.includes(command))) {
  // drizzle-kit cannot load the extensions that the embedded database needs.
  console.error(
    `DATABASE_URL is not set, neither in the environment nor in .env.
drizzle-kit connects to PostgreSQL only:  DATABASE_URL=postgres://… npx drizzle-kit migrate
The embedded database is migrated by:     npm run db:migrate`,
  );
  process.exit(1);
}

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/db/schema/index.ts',
  out: './drizzle',
  dbCredentials: { url: url ?? '' },
});
