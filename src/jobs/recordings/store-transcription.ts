import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { MediaFile } from '../../db/schema/index.ts';
import { AppError } from '../../errors.ts';
import { type ImportDependencies, importTranscript } from '../../library/import-transcript.ts';
import { readContent } from '../../library/read-content.ts';
import { titleOf } from '../../library/read-import.ts';
import { createRepositories, type Repositories } from '../../repositories/index.ts';
import type { NewTranscriptionResult } from '../../repositories/transcription-results.ts';
import type { ParsedTranscript } from '../../transcripts/parsed-transcript.ts';
import { durationMs as saidUntilMs } from '../../transcripts/segments.ts';
import type { OutcomeOf, RunningJob } from '../handler.ts';
import { JobError } from '../job-error.ts';
import { joinPieces } from './join-pieces.ts';
import type { HeardPiece } from './kept-pieces.ts';
import { findQualityWarnings } from './quality-warnings.ts';

const Metadata = Compile(Type.Object({ durationMs: Type.Number() }));

/** Where the text comes from, and what somebody said about it. */
export type TranscriptionDetails = {
  source: MediaFile;
  provider: string;
  model: string;
  language?: string | undefined;
  title?: string | undefined;
};

/**
 * Completes a result with what was heard, and imports it as a transcript.
 *
 * @throws JobError `no_speech`; AppError `model_failed` for what cannot be read, and what
 *   `importTranscript` throws
 */
export async function storeTranscription(
  dependencies: Omit<ImportDependencies, 'db'>,
  job: RunningJob,
  heard: readonly HeardPiece[],
  { source, language, title, ...origin }: TranscriptionDetails,
): Promise<OutcomeOf<'transcribe'>> {
  const joined = joinPieces(heard);
  const isSilent = joined.text === '';
  const parsed = isSilent ? undefined : await readJoined(joined, job.signal);
  const durationMs = endOf(heard, parsed);
  await finish(job, {
    textContent: joined.text,
    processingTimeSeconds: heard.reduce((total, { tookMs }) => total + tookMs, 0) / 1_000,
    processingMetadata: { ...origin, pieces: heard.length, durationMs },
    ...describe(parsed, durationMs),
  });
  if (!parsed) throw new JobError('no_speech', 'Nothing is said in the recording.');
  const details = {
    title: title ?? titleOf(source.fileName),
    ...(language === undefined ? {} : { language }),
    ...(durationMs === 0 ? {} : { duration: Math.ceil(durationMs / 1_000) }),
    transcriptionResultId: job.id,
  };
  const video = source.formatInfo.youtubeVideoId;
  const named = typeof video === 'string' ? { ...details, youtubeVideoId: video } : details;
  const imported = {
    ...dependencies,
    db: job.db,
    onCreated: ({ jobs }: Repositories, transcriptId: string) =>
      jobs.noteTranscript(job.userId, job.id, transcriptId),
  };
  const { transcript } = await importTranscript(
    imported,
    job.userId,
    parsed,
    named,
    'transcribe',
  ).catch((error) => {
    // Its captions are there already: this is another transcript, of the recording.
    if (!(error instanceof AppError && error.code === 'video_already_imported')) throw error;
    return importTranscript(imported, job.userId, parsed, details, 'transcribe');
  });
  return outcomeOf(job, transcript.id, durationMs);
}

/** What an earlier attempt stored that did not get to say so. */
export async function findTranscribed(
  { transcripts, transcriptionResults }: Repositories,
  job: RunningJob,
): Promise<OutcomeOf<'transcribe'> | undefined> {
  if (job.transcriptId === null) return undefined;
  const transcript = await transcripts.getById(job.userId, job.transcriptId);
  if (!transcript) return undefined;
  const result = await transcriptionResults.getById(job.userId, job.id);
  const told = result?.processingMetadata;
  const durationMs = Metadata.Check(told) ? told.durationMs : (transcript.duration ?? 0) * 1_000;
  return outcomeOf(job, transcript.id, durationMs);
}

function outcomeOf(
  { id: transcriptionResultId }: RunningJob,
  transcriptId: string,
  durationMs: number,
): OutcomeOf<'transcribe'> {
  return { transcriptId, result: { transcriptId, transcriptionResultId, durationMs } };
}

/** What was heard, as any answer of an endpoint is read that somebody imports. */
async function readJoined(joined: object, signal: AbortSignal): Promise<ParsedTranscript> {
  try {
    const text = JSON.stringify({ task: 'transcribe', ...joined });
    return await readContent({ text, format: 'openai', trackKind: 'asr' }, signal);
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new AppError('model_failed', `The answer cannot be read: ${cause.message}`, { cause });
  }
}

function endOf(heard: readonly HeardPiece[], parsed: ParsedTranscript | undefined): number {
  const last = heard.at(-1);
  if (last && last.durationMs !== null) return last.offsetMs + last.durationMs;
  return (parsed && saidUntilMs(parsed.segments)) ?? 0;
}

function describe(parsed: ParsedTranscript | undefined, durationMs: number) {
  const segments = parsed?.segments ?? [];
  const speakers = new Set(segments.flatMap(({ speaker }) => speaker ?? []));
  const warnings = findQualityWarnings(segments, durationMs);
  return {
    segments,
    qualityWarnings: [...new Set(warnings.map(({ code }) => code))],
    qualityWarningsV2: warnings,
    speakerCount: speakers.size === 0 ? null : speakers.size,
  };
}

async function finish(
  job: RunningJob,
  values: Omit<NewTranscriptionResult, 'id' | 'mediaFileId'>,
): Promise<void> {
  const result = await job.db.transaction((tx) =>
    createRepositories(tx).transcriptionResults.update(job.userId, job.id, values),
  );
  if (!result) throw new JobError('not_found', 'The recording was deleted.');
}
