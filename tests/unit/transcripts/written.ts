import type { ExportedTranscript, ExportHeader } from '../../../src/schemas/exports.ts';
import type { Segment } from '../../../src/schemas/segments.ts';
import { createCsvWriter } from '../../../src/transcripts/writers/csv.ts';
import { createJsonWriter } from '../../../src/transcripts/writers/json.ts';
import { createMarkdownWriter } from '../../../src/transcripts/writers/markdown.ts';
import { createPlainTextWriter } from '../../../src/transcripts/writers/plain-text.ts';
import { createSrtWriter } from '../../../src/transcripts/writers/srt.ts';
import type { TranscriptWriter } from '../../../src/transcripts/writers/transcript-writer.ts';
import { createWebVttWriter } from '../../../src/transcripts/writers/webvtt.ts';

/** The whole file at once, as a stream of it would be. */
export const written = (writer: TranscriptWriter, segments: readonly Segment[]): string => {
  const parts = segments.map((segment, index) =>
    writer.segment({ ...segment, position: index }, index),
  );
  return [writer.begin(), ...parts, writer.end()].join('');
};

/** What a file says of a transcript that nothing is known about, but for what is given. */
export const exportHeader = (
  transcript: Partial<ExportedTranscript> = {},
  over: Partial<ExportHeader> = {},
): ExportHeader => ({
  transcript: {
    title: null,
    youtubeVideoId: null,
    channelName: null,
    language: null,
    duration: null,
    metadata: {},
    chapters: [],
    ...transcript,
  },
  source: null,
  revision: { number: 1, format: 'srt', trackKind: 'unknown' },
  ...over,
});

type Segments = readonly Segment[];

export const writeSrt = (segments: Segments, maxCharsPerLine?: number) =>
  written(createSrtWriter(maxCharsPerLine), segments);
export const writeWebVtt = (
  segments: Segments,
  options?: Parameters<typeof createWebVttWriter>[0],
) => written(createWebVttWriter(options), segments);
export const writePlainText = (
  segments: Segments,
  options?: Parameters<typeof createPlainTextWriter>[0],
) => written(createPlainTextWriter(options), segments);
export const writeCsv = (segments: Segments) => written(createCsvWriter(), segments);
export const writeMarkdown = (
  segments: Segments,
  transcript: Partial<ExportedTranscript> = {},
  over: Partial<ExportHeader> = {},
) => written(createMarkdownWriter(exportHeader(transcript, over)), segments);
export const writeJson = (
  transcript: Partial<ExportedTranscript>,
  segments: Segments,
  over: Partial<ExportHeader> = {},
) => written(createJsonWriter(exportHeader(transcript, over)), segments);
