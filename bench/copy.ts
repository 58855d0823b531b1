import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import postgres from 'postgres';
import { openBare } from './postgres.ts';
import { timed } from './ratio.ts';

/** The rows of one table that belong to a transcript, as COPY writes and reads them. */
export type CopiedTable = { name: string; columns: string; rows: string };

const POSTINGS = `postings join corpus_stats on key = transcript_key where transcript_id = $id`;
/** What an import writes, in the order in which foreign keys allow it to be written. */
const TABLES: [name: string, condition: string][] = [
  ['transcripts', 'id = $id'],
  ['transcript_revisions', 'transcript_id = $id'],
  ['segments', 'revision_id in (select id from transcript_revisions where transcript_id = $id)'],
  ['chunks', 'transcript_id = $id'],
  ['corpus_stats', 'transcript_id = $id'],
  ['terms', `id in (select term_id from ${POSTINGS})`],
  ['postings', `(transcript_key, term_id) in (select transcript_key, term_id from ${POSTINGS})`],
  ['vector_embeddings', 'chunk_id in (select id from chunks where transcript_id = $id)'],
];

/** Reads back every row of a transcript. Generated columns are left to the database. */
export async function readRows(url: string, transcriptId: string): Promise<CopiedTable[]> {
  const tables: CopiedTable[] = [];
  for (const [name, condition] of TABLES) {
    // One connection each: after COPY TO the driver may leave its socket paused (postgres 3.4.9).
    const sql = openBare(url, 1);
    const [row] = await sql<{ columns: string }[]>`
      select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
      where attrelid = ${name}::regclass and attnum > 0 and not attisdropped
        and attgenerated = ''
        -- A transcript and its revision point at each other: this column is set in the end.
        and attname <> 'current_revision_id'`;
    const columns = row?.columns ?? '';
    const where = condition.replaceAll('$id', `'${transcriptId}'`);
    const statement = `copy (select ${columns} from ${name} where ${where}) to stdout`;
    tables.push({ name, columns, rows: await text(await sql.unsafe(statement).readable()) });
    await sql.end({ timeout: 0 });
  }
  return tables;
}

/** The driver's types do not know `socket`, its documentation does. */
const withoutDelay = { socket };

/** Without it the end of a COPY waits 40 ms for an acknowledgement that nobody hurries to send. */
async function socket({ host, port }: { host: string[]; port: number[] }): Promise<Socket> {
  const open = connect({ host: host[0] ?? 'localhost', port: port[0] ?? 5432, noDelay: true });
  await once(open, 'connect');
  return open;
}

/** One connection for COPY at its fastest. */
export function openCopy(url: string): postgres.Sql {
  return postgres(url, { max: 1, onnotice: () => {}, ...withoutDelay });
}

/** Deletes a transcript and what it left in the tables and indexes, so that the next one is equal. */
export async function deleteTranscript(sql: postgres.Sql, transcriptId: string): Promise<void> {
  await sql`delete from transcripts where id = ${transcriptId}`;
  await sql`delete from terms where not exists (select from postings where term_id = terms.id)`;
  await sql.unsafe('vacuum analyze');
  await sql.unsafe('checkpoint');
}

/** Copies rows into their tables in one transaction. @returns the ms that each table took */
export async function copyRows(
  sql: postgres.Sql,
  transcriptId: string,
  tables: readonly CopiedTable[],
): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  const whole = await timed(() =>
    sql.begin(async (tx) => {
      for (const { name, columns, rows } of tables) {
        const { ms } = await timed(async () => {
          const copy = await tx.unsafe(`copy ${name} (${columns}) from stdin`).writable();
          await pipeline(Readable.from([rows]), copy);
        });
        times.set(name, ms);
      }
      await tx`
        update transcripts set current_revision_id =
          (select id from transcript_revisions where transcript_id = ${transcriptId})
        where id = ${transcriptId}`;
    }),
  );
  times.set('all, with commit', whole.ms);
  return times;
}
