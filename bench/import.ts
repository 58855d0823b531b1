import { openDatabase } from '../src/db/client.ts';
import { type ImportDependencies, importTranscript } from '../src/library/import-transcript.ts';
import { createModelCalls } from '../src/model-calls/model-calls.ts';
import { createConfiguredEmbeddings } from '../src/providers/configured-embeddings.ts';
import { createHashEmbeddings } from '../src/providers/hash-embeddings.ts';
import { createRepositories } from '../src/repositories/index.ts';
import { chunkSegments } from '../src/transcripts/chunking.ts';
import { contentHash } from '../src/transcripts/content-hash.ts';
import { readTranscript } from '../src/transcripts/detect.ts';
import { atOnce } from '../src/transcripts/steps.ts';
import { countTokens } from '../src/transcripts/tokens.ts';
import { copyRows, deleteTranscript, openCopy, readRows } from './copy.ts';
import { withDatabase } from './postgres.ts';
import { type Finding, judge, median, skipped, spread, timed } from './ratio.ts';
import { openRecorded, type Statement } from './recorder.ts';
import { createWebVtt } from './speech.ts';

export const QUESTION =
  'How long until a 10-hour transcript is searchable, against COPY of its rows?';

const HOURS = 10;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MOST = 3;
const SETTINGS = { chunkWords: 80, defaultLanguage: 'en' };

export async function run(server: string | undefined): Promise<Finding[]> {
  const file = createWebVtt(10, HOURS);
  const findings = server ? await onPostgres(server, file) : skipped('COPY needs PostgreSQL');
  await onPglite();
  return findings;
}

async function onPostgres(server: string, file: string): Promise<Finding[]> {
  return withDatabase(server, async (url) => {
    const { connection, statements } = await openRecorded(url);
    try {
      const dependencies = await importDependencies(connection.db);
      const { users } = dependencies.repositories;
      const user = await users.create({ email: 'bench@example.org', passwordHash: '-' });
      const compared = await compare(dependencies, user.id, file, url, statements);
      const { imports, copies } = compared;
      const ratio = median(imports) / median(copies);
      const ratios = imports.map((ms, round) => ms / (copies[round] ?? Number.NaN));
      console.log(`  import: ${spread(imports)} ms; COPY: ${spread(copies)} ms`);
      console.log(`  import / COPY by round: ${spread(ratios, 2)}`);
      compared.print();
      const found = `${ratio.toFixed(2)} × COPY (${median(imports).toFixed(0)} / ${median(copies).toFixed(0)} ms)`;
      return [judge('import', found, `≤ ${MOST} ×`, ratio <= MOST)];
    } finally {
      await connection.close();
    }
  });
}

/** Imports and copies in turn, each into the tables and indexes that the other left vacuumed. */
async function compare(
  dependencies: ImportDependencies,
  userId: string,
  file: string,
  url: string,
  statements: Statement[],
) {
  const sql = openCopy(url);
  const imports: number[] = [];
  const copies: number[] = [];
  const phases = new Map<string, number[]>();
  const tables = new Map<string, number[]>();
  // The first round warms both sides up, and does not count.
  for (let round = 0; round <= ROUNDS; round++) {
    statements.length = 0;
    const imported = await timed(() =>
      importTranscript(dependencies, userId, readTranscript(file), { language: 'en' }),
    );
    const { id } = imported.value.transcript;
    const rows = await readRows(url, id);
    await deleteTranscript(sql, id);
    const copied = await copyRows(sql, id, rows);
    await deleteTranscript(sql, id);
    if (round === 0) {
      const { receipt } = imported.value;
      console.log(`  ${receipt.words} words, ${receipt.segments} segments; rows as COPY text:`);
      const size = ({ name, rows: text }: { name: string; rows: string }) =>
        `${name} ${text.split('\n').length - 1} (${(text.length / 1e6).toFixed(1)} MB)`;
      console.log(`  ${rows.map(size).join(', ')}`);
      continue;
    }
    imports.push(imported.ms);
    copies.push(copied.get('all, with commit') ?? Number.NaN);
    for (const [table, ms] of copied) push(tables, table, ms);
    for (const [phase, ms] of await phasesOf(statements, file)) push(phases, phase, ms);
  }
  await sql.end();
  return {
    imports,
    copies,
    print() {
      console.log('  import by phase, in ms:');
      for (const [phase, times] of phases) console.log(`    ${phase.padEnd(36)} ${spread(times)}`);
      console.log('  COPY by table, in ms:');
      for (const [table, times] of tables) console.log(`    ${table.padEnd(36)} ${spread(times)}`);
    },
  };
}

/** The work before the transaction, done once more by itself, and the statements by table. */
async function phasesOf(statements: readonly Statement[], file: string) {
  const phases = new Map<string, number>();
  const note = (phase: string, ms: number) => phases.set(phase, (phases.get(phase) ?? 0) + ms);
  const parsed = await timed(() => readTranscript(file));
  note('parse', parsed.ms);
  note('content hash', (await timed(() => atOnce(contentHash(parsed.value.segments)))).ms);
  const chunks = await timed(() => [...chunkSegments(parsed.value.segments, { words: 80 })]);
  note('chunk', chunks.ms);
  const texts = chunks.value.map((chunk) => chunk.chunkText);
  note('count tokens', (await timed(() => texts.map(countTokens))).ms);
  note('embed', (await timed(() => createHashEmbeddings().embed(texts, 'document'))).ms);
  for (const { text, issuedAt, doneAt } of statements) {
    const [, action = 'other', table = ''] =
      /^\s*(insert into|update|select)\b.*?"([a-z_]+)"/s.exec(text) ?? [];
    note(`${action} ${table}`.trim(), doneAt - issuedAt);
  }
  return phases;
}

async function onPglite(): Promise<void> {
  const connection = await openDatabase({});
  await connection.migrate();
  const dependencies = await importDependencies(connection.db);
  const { repositories } = dependencies;
  const user = await repositories.users.create({ email: 'bench@example.org', passwordHash: '-' });
  const load = async (seed: number, hours: number) => {
    const parsed = readTranscript(createWebVtt(seed, hours));
    return importTranscript(dependencies, user.id, parsed, { language: 'en' });
  };
  await load(1, 0.1);
  const { ms, value } = await timed(() => load(2, 1));
  const scope = { transcriptIds: [value.transcript.id] };
  const { chunks } = await repositories.library.measure(user.id, scope);
  const rate = ((chunks / ms) * 1_000).toFixed(0);
  console.log(`  PGlite: ${chunks} chunks in ${ms.toFixed(0)} ms, ${rate} chunks/s`);
  await connection.close();
}

async function importDependencies(db: ImportDependencies['db']): Promise<ImportDependencies> {
  const repositories = createRepositories(db);
  await repositories.embeddingModels.activate(createHashEmbeddings());
  return {
    db,
    repositories,
    embeddings: createConfiguredEmbeddings(),
    modelCalls: createModelCalls(db),
    settings: SETTINGS,
  };
}

function push(times: Map<string, number[]>, key: string, ms: number): void {
  times.set(key, [...(times.get(key) ?? []), ms]);
}
