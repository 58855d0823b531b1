import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { importTranscript } from '../../src/library/import-transcript.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { readTranscript } from '../../src/transcripts/detect.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser, importDependencies } from '../helpers/factories.ts';
import { playModel } from '../helpers/model-server.ts';

/** What the script reads at a time, and sends in one request. */
const PAGE = 256;
const BATCH = 32;

const folder = await mkdtemp(join(tmpdir(), 'parley-embeddings-'));
afterAll(() => rm(folder, { recursive: true }));
const server = await playModel();
const url = onPostgres ? (await openTestDatabase()).url : undefined;

/** Works on the library, which no other process has open where it is embedded. */
async function onLibrary<T>(
  work: (repositories: ReturnType<typeof createRepositories>) => Promise<T>,
  also: (db: Parameters<typeof createRepositories>[0]) => Promise<void> = async () => {},
): Promise<T> {
  const connection = await openDatabase({ url, dataDir: folder });
  try {
    await connection.migrate();
    await also(connection.db);
    return await work(createRepositories(connection.db));
  } finally {
    await connection.close();
  }
}

function start(...args: string[]) {
  const child = spawn(process.execPath, ['scripts/embeddings.ts', ...args], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      PATH: process.env.PATH,
      PARLEY_DATA_DIR: folder,
      EMBEDDING_BASE_URL: server.baseUrl,
      EMBEDDING_MODEL: 'small',
      EMBEDDING_BATCH: String(BATCH),
      EMBEDDING_CONCURRENCY: '1',
      EMBEDDING_MAX_RETRIES: '0',
      ...(url ? { DATABASE_URL: url } : {}),
    },
  });
  const printed = Promise.all([readText(child.stdout), readText(child.stderr)]);
  const done = once(child, 'close').then(async ([code]) => {
    return { code, output: (await printed).join('\n') };
  });
  return { child, done };
}

test('a switch that was killed goes on where it was', async () => {
  const total = await onLibrary(
    (repositories) => repositories.embeddingFill.countChunks(),
    async (db) => {
      const dependencies = await importDependencies(db);
      const { id } = await createUser(dependencies.repositories);
      const sentence = (day: number) => `The mill by the river stood still for all of day ${day}. `;
      const said = Array.from({ length: 2_500 }, (_, day) => sentence(day)).join('');
      const settings = { ...dependencies.settings, chunkWords: 60 };
      await importTranscript({ ...dependencies, settings }, id, readTranscript(said), {});
    },
  );
  expect(total).toBeGreaterThan(PAGE + BATCH);

  // One request measures the model; then a page is filled, and what comes next hangs.
  server.play({ embeddings: [{ times: 1 + PAGE / BATCH }, { waitMs: 600_000 }] });
  const killed = start('--model', 'small');
  await expect.poll(() => server.requests.length).toBe(2 + PAGE / BATCH);
  if (!onPostgres) {
    const second = await start('--model', 'small').done;
    expect(second).toMatchObject({ code: 1, output: expect.stringMatching(/in use by process/) });
  }
  killed.child.kill('SIGKILL');
  await killed.done;
  const active = () => onLibrary((repositories) => repositories.embeddingModels.getActive());
  expect((await active())?.name).toBe('hash-1024');

  server.play({});
  const { code, output } = await start('--model', 'small').done;
  expect(output).toContain(`${PAGE.toLocaleString('en')} of ${total.toLocaleString('en')} chunks`);
  expect(output).toContain(`small (64 dimensions) is active, ${total - PAGE} vectors were made`);
  expect(code).toBe(0);
  expect((await active())?.name).toBe('small');

  const back = await start('--provider', 'hash', '--remove-old').done;
  expect(back.output).toContain('hash-1024 (1024 dimensions) is active, 0 vectors were made');
  expect(back.output).toContain('removed: small');
  const left = await onLibrary(
    (repositories) => repositories.embeddingModels.list(),
    async (db) => expect(await query(db, 'select 1 from vector_embeddings')).toHaveLength(total),
  );
  expect(left.map(({ name }) => name)).toEqual(['hash-1024']);
}, 120_000);

test('a provider that fails ends it with what the provider said', async () => {
  server.play({ embeddings: [{ status: 400 }] });
  const { code, output } = await start('--model', 'small').done;
  expect(code).toBe(1);
  expect(output).toMatch(/the embedding model failed: .*status 400.*it goes on from here/);
});

test('a provider that there is not is told', async () => {
  const { code, output } = await start('--model', 'x', '--provider', 'gpt').done;
  expect(code).toBe(1);
  expect(output).toContain('there is no embedding model x of the provider gpt');
});
