import type { TranscriptRevision } from '../db/schema/index.ts';
import { AppError } from '../errors.ts';
import type { Repositories } from '../repositories/index.ts';
import type { SegmentContent, SegmentSpan } from '../repositories/segment-pages.ts';
import type { TranscriptSummary } from '../repositories/transcripts.ts';
import type { ExportFormat, ExportHeader, ExportQuery } from '../schemas/exports.ts';
import { createCsvWriter } from '../transcripts/writers/csv.ts';
import { createJsonWriter } from '../transcripts/writers/json.ts';
import { createMarkdownWriter } from '../transcripts/writers/markdown.ts';
import { createPlainTextWriter } from '../transcripts/writers/plain-text.ts';
import { createSrtWriter } from '../transcripts/writers/srt.ts';
import {
  type TranscriptWriter,
  writeTranscript,
} from '../transcripts/writers/transcript-writer.ts';
import { createWebVttWriter } from '../transcripts/writers/webvtt.ts';
import { writableTimes } from '../transcripts/writers/writable.ts';
import { checkExportOptions } from './export-options.ts';
import { findTranscript } from './find-transcript.ts';

/** A transcript as a file; `text` is made while it is read. */
export type ExportedFile = {
  /** What the file is called, without its ending: the title, or the id. */
  name: string;
  title: string | null;
  /** Of the transcript's revisions, the number of that which it holds. */
  revision: number;
  mediaType: string;
  text: AsyncIterable<string>;
};

const MEDIA_TYPES: Record<ExportFormat, string> = {
  json: 'application/json; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
};

/** Segments that are read at a time: about 1 MB with the times of their words. */
const PAGE = 500;

/**
 * Writes a revision of a transcript. What can go wrong by the caller's doing goes wrong here, and
 * not while the text is read.
 *
 * @throws AppError `not_found`, `validation_failed`, or `not_acceptable` when the format cannot
 * carry it, such as SRT without times
 */
export async function exportTranscript(
  repositories: Repositories,
  userId: string,
  transcriptId: string,
  query: ExportQuery,
): Promise<ExportedFile> {
  checkExportOptions(query);
  const { transcriptRevisions, segments } = repositories;
  const transcript = await findTranscript(repositories, userId, transcriptId);
  const revision =
    query.revision === undefined
      ? await transcriptRevisions.getCurrent(userId, transcript.id)
      : await transcriptRevisions.getByNumber(userId, transcript.id, query.revision);
  if (!revision) throw new AppError('not_found');
  const [first] = (await segments.listByRevision(userId, revision.id, { limit: 1 })).data;
  checkTimes(first, query);
  const header = await describe(repositories, userId, transcript, revision);
  const pages = await readPages(repositories, userId, revision.id, query);
  return {
    name: transcript.title ?? transcript.id,
    title: transcript.title,
    revision: revision.number,
    mediaType: MEDIA_TYPES[query.format],
    text: writeTranscript(createWriter(header, query), pages),
  };
}

/** All segments or none have times, so that the first one tells. */
function checkTimes(first: SegmentContent | undefined, { format, fromMs, toMs }: ExportQuery) {
  if (!first || first.startMs !== null) return;
  if (format === 'srt' || format === 'vtt') {
    writableTimes(first, first.position, format === 'srt' ? 'SRT' : 'WebVTT');
  }
  if (fromMs === undefined && toMs === undefined) return;
  throw new AppError('not_acceptable', 'A transcript without times has no part between two times.');
}

function createWriter(header: ExportHeader, query: ExportQuery): TranscriptWriter {
  const { maxCharsPerLine, wordTimes, times, speakers, fromMs, toMs } = query;
  switch (query.format) {
    case 'srt':
      return createSrtWriter(maxCharsPerLine);
    case 'vtt':
      return createWebVttWriter({ maxCharsPerLine, wordTimes });
    case 'txt':
      return createPlainTextWriter({ times, speakers });
    case 'md':
      return createMarkdownWriter(header, { fromMs, toMs });
    case 'csv':
      return createCsvWriter();
    case 'json':
      return createJsonWriter(header);
  }
}

async function describe(
  { mediaSources }: Repositories,
  userId: string,
  transcript: TranscriptSummary,
  { number, format, trackKind, language, provenance }: TranscriptRevision,
): Promise<ExportHeader> {
  const { mediaSourceId } = transcript;
  const source = mediaSourceId && (await mediaSources.getById(userId, mediaSourceId));
  return {
    transcript: { ...transcript, language },
    source: source ? { ...source, publishedAt: source.publishedAt?.toISOString() ?? null } : null,
    revision: provenance ?? { number, format, trackKind },
  };
}

/** Reads the first page at once, and the others when they are asked for. */
async function readPages(
  { segments }: Repositories,
  userId: string,
  revisionId: string,
  { fromMs, toMs }: SegmentSpan,
): Promise<AsyncIterable<SegmentContent[]>> {
  const read = (cursor?: string) =>
    segments.listByRevision(userId, revisionId, { limit: PAGE, cursor, fromMs, toMs });
  let page = await read();
  return (async function* () {
    yield page.data;
    while (page.nextCursor !== null) {
      page = await read(page.nextCursor);
      // There was one more: half a transcript must not look like a whole one.
      if (page.data.length === 0) throw new Error(`revision ${revisionId} was deleted meanwhile`);
      yield page.data;
    }
  })();
}
