import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Repositories } from '../../repositories/index.ts';
import { slicesOf } from '../../repositories/slices.ts';
import { Id } from '../../schemas/common.ts';
import type { ExportParameters } from '../../schemas/exports.ts';
import type { RunningJob } from '../handler.ts';
import { readInput } from '../read-input.ts';

/** Transcripts that are asked for at a time. */
const PAGE = 100;

const Ids = Compile(Type.Array(Id));

/** Which transcripts an export is of: how many about, and their ids, a page at a time. */
export async function findExported(
  repositories: Repositories,
  job: RunningJob<ExportParameters>,
): Promise<{ total: number; pages: AsyncIterable<string[]> }> {
  const { userId, parameters } = job;
  const { transcriptIds, transcriptCount, scope = {} } = parameters;
  if (transcriptIds || transcriptCount !== undefined) {
    const ids = transcriptIds ?? (await readIds(repositories, job));
    return { total: ids.length, pages: slices(ids) };
  }
  return {
    total: await repositories.spread.countTranscripts(userId, scope),
    pages: pagesOf((cursor) =>
      repositories.spread.listTranscriptIds(userId, scope, { limit: PAGE, cursor }),
    ),
  };
}

async function readIds(repositories: Repositories, job: RunningJob): Promise<string[]> {
  const { bytes } = await readInput(repositories, job);
  const ids: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!Ids.Check(ids)) throw new Error('the file with the ids holds something else');
  return ids;
}

async function* slices(ids: readonly string[]) {
  yield* slicesOf(ids, PAGE);
}

async function* pagesOf(
  read: (cursor: string | undefined) => Promise<{ data: string[]; nextCursor: string | null }>,
) {
  let cursor: string | undefined;
  do {
    const { data, nextCursor } = await read(cursor);
    yield data;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
