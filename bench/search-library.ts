import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import journal from '../drizzle/meta/_journal.json' with { type: 'json' };
import { MIGRATIONS } from '../src/db/migrations.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { importTranscript } from '../src/library/import-transcript.ts';
import { createModelCalls } from '../src/model-calls/model-calls.ts';
import { createConfiguredEmbeddings } from '../src/providers/configured-embeddings.ts';
import { createHashEmbeddings } from '../src/providers/hash-embeddings.ts';
import { createRepositories } from '../src/repositories/index.ts';
import { readTranscript } from '../src/transcripts/detect.ts';
import { databaseUrl, migrate, onServer } from './postgres.ts';
import { createWebVtt } from './speech.ts';

/** Kept between runs: it takes minutes to load. */
const NAME = 'parley_bench_search_v2';
/** A transcript of 3 hours has about 331 chunks. */
const HOURS = 3;
/** Owners by e-mail, with the least number of chunks that they get. */
const OWNERS = {
  'small@example.org': 950,
  'large@example.org': 99_800,
  'other@example.org': 9_000,
};
export type Owner = keyof typeof OWNERS;

/** The database of the library, loaded unless a run before has left one that fits. */
export async function openLibrary(server: string): Promise<string> {
  const url = databaseUrl(server, NAME);
  const wanted = await fingerprint();
  const found = await onServer(server, async (admin) => {
    const [row] = await admin<{ comment: string | null }[]>`
      select shobj_description(oid, 'pg_database') as comment from pg_database
      where datname = ${NAME}`;
    return row?.comment;
  });
  if (found === wanted) return url;
  console.log(`  loading ${NAME}; this takes some minutes, once`);
  await onServer(server, async (admin) => {
    await admin.unsafe(`drop database if exists ${NAME} with (force)`);
    await admin.unsafe(`create database ${NAME} template template0`);
  });
  await migrate(url);
  await load(url);
  // Only now, so that half a library does not count as one.
  await onServer(server, (admin) => admin.unsafe(`comment on database ${NAME} is '${wanted}'`));
  return url;
}

async function load(url: string): Promise<void> {
  const connection = await openPostgres(url, { statementTimeoutMs: 1_800_000 });
  const { db } = connection;
  const repositories = createRepositories(db);
  await repositories.embeddingModels.activate(createHashEmbeddings());
  const settings = { chunkWords: 80, defaultLanguage: 'en' };
  const dependencies = {
    db,
    repositories,
    embeddings: createConfiguredEmbeddings(),
    modelCalls: createModelCalls(db),
    settings,
  };
  let seed = 100;
  for (const [email, chunks] of Object.entries(OWNERS)) {
    const { id } = await repositories.users.create({ email, passwordHash: '-' });
    while ((await repositories.library.measure(id, {})).chunks < chunks) {
      seed += 1;
      const parsed = readTranscript(createWebVtt(seed, HOURS));
      await importTranscript(dependencies, id, parsed, { title: `Talk ${seed}`, language: 'en' });
    }
    console.log(`  ${email}: ${(await repositories.library.measure(id, {})).chunks} chunks`);
  }
  await db.execute('vacuum analyze');
  await connection.close();
}

/** Changes with the tables and with what is loaded into them. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify({ HOURS, OWNERS }));
  for (const { tag } of journal.entries) {
    hash.update(await readFile(join(MIGRATIONS.migrationsFolder, `${tag}.sql`)));
  }
  hash.update(await readFile(join(import.meta.dirname, 'speech.ts')));
  return hash.digest('hex');
}
