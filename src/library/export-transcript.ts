import type { Repositories } from '../repositories/index.ts';
import type { TranscriptSummary } from '../repositories/transcripts.ts';
import type { Segment } from '../schemas/segments.ts';
import type { ExportFormat } from '../schemas/transcripts.ts';
import { writeJson } from '../transcripts/writers/json.ts';
import { writePlainText } from '../transcripts/writers/plain-text.ts';
import { writeSrt } from '../transcripts/writers/srt.ts';
import { writeWebVtt } from '../transcripts/writers/webvtt.ts';

/** A transcript as a file. */
export type ExportedTranscript = { body: string; mediaType: string };

const MEDIA_TYPES: Record<ExportFormat, string> = {
  json: 'application/json; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
};

/** Segments that are read at a time. */
const PAGE = 5_000;

/**
 * Writes the current revision of a transcript.
 *
 * @throws AppError `not_acceptable` when the format cannot carry it, such as SRT without times
 */
export async function exportTranscript(
  repositories: Repositories,
  userId: string,
  transcript: TranscriptSummary,
  format: ExportFormat,
): Promise<ExportedTranscript> {
  const segments = await readSegments(repositories, userId, transcript.id);
  return { body: write(transcript, segments, format), mediaType: MEDIA_TYPES[format] };
}

function write(transcript: TranscriptSummary, segments: Segment[], format: ExportFormat): string {
  if (format === 'srt') return writeSrt(segments);
  if (format === 'vtt') return writeWebVtt(segments);
  if (format === 'txt') return writePlainText(segments);
  const { title, youtubeVideoId, channelName, language, duration } = transcript;
  return writeJson({ title, youtubeVideoId, channelName, language, duration }, segments);
}

async function readSegments(
  { segments }: Repositories,
  userId: string,
  transcriptId: string,
): Promise<Segment[]> {
  const all: Segment[] = [];
  let cursor: string | undefined;
  do {
    const page = await segments.listByTranscript(userId, transcriptId, { limit: PAGE, cursor });
    for (const { startMs, endMs, speaker, text, words, confidence } of page.data) {
      all.push({ startMs, endMs, speaker, text, words, confidence });
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return all;
}
