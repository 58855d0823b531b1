import { setTimeout } from 'node:timers/promises';
import { openSession } from '../src/access/sessions.ts';
import { openDatabase } from '../src/db/client.ts';
import { importTranscript } from '../src/library/import-transcript.ts';
import { createModelCalls } from '../src/model-calls/model-calls.ts';
import { createConfiguredEmbeddings } from '../src/providers/configured-embeddings.ts';
import { createHashEmbeddings } from '../src/providers/hash-embeddings.ts';
import { createRepositories } from '../src/repositories/index.ts';
import { fromSegments } from '../src/transcripts/segments.ts';
import { atOnce } from '../src/transcripts/steps.ts';
import { openBare, withDatabase } from './postgres.ts';
import { type Finding, interleave, judge, median, skipped, spread, timed } from './ratio.ts';
import { profileFlags, type RunningServer, startApp } from './servers.ts';
import { createWordSegments } from './speech.ts';

export const QUESTION =
  'What does it take to export a 24-hour transcript with its words, against reading its rows?';

const HOURS = 24;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MOST_TIMES = 4;
const MOST_MIB = 64;
/** What a slow reader takes in a second, in bytes. */
const SLOW_RATE = 4e6;
const FORMATS = ['json', 'vtt', 'md'] as const;

export async function run(server: string | undefined): Promise<Finding[]> {
  if (!server) return skipped('this needs PostgreSQL');
  return withDatabase(server, async (url) => {
    const { id, token } = await prepare(url);
    const app = await startApp({ DATABASE_URL: url }, profileFlags());
    try {
      const read = (format: string, rate?: number) =>
        download(`${app.origin}/v1/transcripts/${id}/export?format=${format}`, token, rate);
      // So that what is compiled and connected at the first request belongs to no file.
      await fetch(`${app.origin}/v1/transcripts/${id}`, { headers: bearer(token) });
      const findings = [await memoryOf(app, 'a slow reader', () => read('json', SLOW_RATE))];
      findings.push(await memoryOf(app, 'a fast reader', () => read('json')));
      for (const format of FORMATS) findings.push(await against(url, id, format, read));
      return findings;
    } finally {
      await app.stop();
    }
  });
}

/** A user with the transcript, imported like any other. */
async function prepare(url: string): Promise<{ id: string; token: string }> {
  const connection = await openDatabase({ url, statementTimeoutMs: 120_000 });
  const repositories = createRepositories(connection.db);
  await repositories.embeddingModels.activate(createHashEmbeddings());
  const dependencies = {
    db: connection.db,
    repositories,
    embeddings: createConfiguredEmbeddings(),
    modelCalls: createModelCalls(connection.db),
    settings: { chunkWords: 80, defaultLanguage: 'en' },
  };
  const user = await repositories.users.create({ email: 'bench@example.org', passwordHash: '-' });
  const parsed = atOnce(fromSegments(createWordSegments(1, HOURS)));
  const details = { title: 'A day', language: 'en', youtubeVideoId: 'dQw4w9WgXcQ' };
  const { transcript, receipt } = await importTranscript(dependencies, user.id, parsed, details);
  console.log(`  ${receipt.words} words, ${receipt.segments} segments`);
  const { token } = await openSession(repositories, user.id);
  await connection.close();
  return { id: transcript.id, token };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** @param rate bytes a second; as fast as they come, unless told otherwise. @returns the bytes */
async function download(url: string, token: string, rate?: number): Promise<number> {
  const response = await fetch(url, { headers: bearer(token) });
  if (response.status !== 200 || !response.body) throw new Error(`export: ${response.status}`);
  let bytes = 0;
  const startedAt = performance.now();
  for await (const part of response.body) {
    bytes += part.length;
    const due = rate === undefined ? 0 : (bytes / rate) * 1_000 - (performance.now() - startedAt);
    if (due > 5) await setTimeout(due);
  }
  return bytes;
}

async function memoryOf(
  app: RunningServer,
  reader: string,
  read: () => Promise<number>,
): Promise<Finding> {
  await setTimeout(1_000);
  const idle = app.memory().now;
  app.forgetPeak();
  const { ms, value: bytes } = await timed(read);
  const more = app.memory().peak - idle;
  const file = `${(bytes / 1e6).toFixed(1)} MB in ${(ms / 1_000).toFixed(1)} s`;
  const found = `${more.toFixed(0)} MiB above ${idle.toFixed(0)} (${file})`;
  return judge(`export, peak memory, ${reader}`, found, `≤ ${MOST_MIB} MiB`, more <= MOST_MIB);
}

/** The file against one statement that reads the same rows, made into objects by the same driver. */
async function against(
  url: string,
  id: string,
  format: string,
  read: (format: string) => Promise<number>,
): Promise<Finding> {
  const sql = openBare(url, 1);
  const rows = () =>
    sql`select position, start_ms, end_ms, speaker_label, text, words, confidence, recognition
      from segments where revision_id = (select current_revision_id from transcripts where id = ${id})
      order by position`.then(({ length }) => length);
  try {
    await read(format);
    await rows();
    const { a, b } = await interleave(
      ROUNDS,
      async () => (await timed(() => read(format))).ms,
      async () => (await timed(rows)).ms,
    );
    const ratio = median(a) / median(b);
    console.log(`  ${format}: ${spread(a)} ms; bare SELECT: ${spread(b)} ms`);
    const found = `${ratio.toFixed(2)} × SELECT (${median(a).toFixed(0)} / ${median(b).toFixed(0)} ms)`;
    return judge(`export as ${format}`, found, `≤ ${MOST_TIMES} ×`, ratio <= MOST_TIMES);
  } finally {
    await sql.end();
  }
}
