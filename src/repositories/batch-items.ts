import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { type Batch, jobFileParts, jobFiles, jobs } from '../db/schema/index.ts';
import { PART_BYTES } from './job-files.ts';
import { refuseLostTranscript } from './lost-transcript.ts';

/** A job of a batch, and what it will read. */
export type BatchJob = {
  parameters?: Record<string, unknown>;
  transcriptId?: string;
  input?: { name: string; mediaType: string; bytes: Uint8Array };
};

type NamedJob = BatchJob & { id: string; fileId: string };

type Part = { fileId: string; position: number; base64: string };

/** Jobs of one statement. */
const JOBS = 1_000;

/** Bytes of files, or characters of rows, of one statement, about. */
const SLICE_BYTES = 4 * 1_048_576;

/**
 * Stores many jobs in the order of `items`, with their files, some at a time.
 *
 * @param batch the batch that they are of, whose `id` is null where they are of none
 * @throws AppError `not_found` for a transcript that is not there, or not any more
 */
export async function createBatchItems(
  db: Database,
  userId: string,
  { id: batchId, type, priority }: Pick<Batch, 'type' | 'priority'> & { id: string | null },
  items: readonly BatchJob[],
  maxRetries = 3,
): Promise<void> {
  for (const { slice, rows } of slicesOfItems(items)) {
    await insertJobs(rows).catch(refuseLostTranscript);
    const files = slice.flatMap(({ id: jobId, fileId: id, input }) =>
      input
        ? [{ id, jobId, name: input.name, mediaType: input.mediaType, size: input.bytes.length }]
        : [],
    );
    if (files.length > 0) await insertFiles(files);
    for (const parts of slicesOfParts(slice)) await insertParts(parts);
  }

  async function insertJobs(rows: string): Promise<void> {
    await db.execute(sql`
      insert into ${jobs} (id, user_id, batch_id, type, priority, max_retries, parameters, transcript_id)
      select i.id, ${userId}::uuid, ${batchId}::uuid, ${type}::text, ${priority}::integer,
        ${maxRetries}::integer, i.parameters, i."transcriptId"
      from rows from (json_to_recordset(${rows}::json)
        as (id uuid, parameters jsonb, "transcriptId" uuid)) with ordinality
        as i(id, parameters, "transcriptId", place)
      order by i.place`);
  }

  async function insertFiles(rows: readonly object[]): Promise<void> {
    await db.execute(sql`
      insert into ${jobFiles} (id, user_id, job_id, kind, name, media_type, size)
      select i.id, ${userId}::uuid, i."jobId", 'input', i.name, i."mediaType", i.size
      from json_to_recordset(${JSON.stringify(rows)}::json)
        as i(id uuid, "jobId" uuid, name text, "mediaType" text, size bigint)`);
  }

  async function insertParts(parts: readonly Part[]): Promise<void> {
    await db.execute(sql`
      insert into ${jobFileParts} (file_id, position, bytes)
      select i."fileId", i.position, decode(i.base64, 'base64')
      from json_to_recordset(${JSON.stringify(parts)}::json)
        as i("fileId" uuid, position integer, base64 text)`);
  }
}

/** Gives items their ids, and writes their rows; some are stored by one statement. */
function* slicesOfItems(
  items: readonly BatchJob[],
): Generator<{ slice: NamedJob[]; rows: string }> {
  let slice: NamedJob[] = [];
  let rows: string[] = [];
  let size = 0;
  for (const item of items) {
    const id = randomUUID();
    const { parameters = {}, transcriptId = null } = item;
    const row = JSON.stringify({ id, parameters, transcriptId });
    slice.push({ ...item, id, fileId: randomUUID() });
    rows.push(row);
    size += row.length;
    if (size < SLICE_BYTES && rows.length < JOBS) continue;
    yield { slice, rows: `[${rows.join()}]` };
    [slice, rows, size] = [[], [], 0];
  }
  if (rows.length > 0) yield { slice, rows: `[${rows.join()}]` };
}

/** Cuts files as readers take them; some are read by one statement. */
function* slicesOfParts(items: readonly NamedJob[]): Generator<Part[], void> {
  let parts: Part[] = [];
  let size = 0;
  for (const { fileId, input } of items) {
    if (!input) continue;
    const { buffer, byteOffset, byteLength } = input.bytes;
    const bytes = Buffer.from(buffer, byteOffset, byteLength);
    for (let start = 0; start < byteLength; start += PART_BYTES) {
      const part = bytes.subarray(start, start + PART_BYTES);
      parts.push({ fileId, position: start / PART_BYTES, base64: part.toString('base64') });
      size += part.length;
      if (size < SLICE_BYTES) continue;
      yield parts;
      parts = [];
      size = 0;
    }
  }
  if (parts.length > 0) yield parts;
}
