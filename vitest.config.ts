import { defineConfig } from 'vitest/config';
import { isLateWrite } from './src/db/late-writes.ts';
import { postgresIsAvailable } from './tests/helpers/postgres.ts';
import { summaryReporter } from './tests/helpers/summary-reporter.ts';

const shared = { globalSetup: 'tests/global-setup.ts', include: ['tests/**/*.test.ts'] };
const embedded = { ...shared, name: 'embedded' };
// Pure functions behave the same on any database.
const postgres = { ...shared, name: 'postgres', exclude: ['tests/unit/**'] };

export default defineConfig(async () => {
  const databases = (await postgresIsAvailable()) ? [embedded, postgres] : [embedded];
  return {
    test: {
      projects: databases.map((test) => ({ extends: true as const, test })),
      reporters: ['default', summaryReporter()],
      // Threads share what V8 compiled of PGlite; processes took half as long again.
      pool: 'threads' as const,
      maxWorkers: 2,
      testTimeout: 60_000,
      hookTimeout: 60_000,
      // What is waited for comes late on a busy machine; a test ends when it is there.
      expect: { poll: { timeout: 30_000, interval: 20 } },
      // The server survives these as well.
      onUnhandledError: (error: Partial<Error>) => !isLateWrite(error),
      coverage: {
        provider: 'v8' as const,
        include: ['src/**/*.ts'],
        thresholds: { 'src/repositories/**/*.ts': { lines: 95 } },
      },
    },
  };
});
