import type { Database } from '../db/client.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { MediaSourceValues } from '../repositories/media-sources.ts';
import type { TranscriptSummary } from '../repositories/transcripts.ts';
import type { Chapter } from '../schemas/chapters.ts';
import type { Receipt } from '../schemas/receipts.ts';
import { contentHash } from '../transcripts/content-hash.ts';
import { inSlices } from '../transcripts/in-slices.ts';
import type { ParsedTranscript } from '../transcripts/parsed-transcript.ts';
import { createReceipt } from '../transcripts/receipt.ts';
import { completeImported } from './complete-imported.ts';
import { enrichImported } from './enrich-imported.ts';
import { makeCurrent } from './make-current.ts';
import { type PrepareDependencies, prepareRevision } from './prepare-revision.ts';

export type ImportDependencies = PrepareDependencies & {
  db: Database;
  /** Notes a new transcript elsewhere, in the transaction that makes it. */
  onCreated?: (repositories: Repositories, transcriptId: string) => Promise<void>;
};

/** What a caller says about a transcript; all of it may be left out. */
export type ImportDetails = {
  title?: string;
  youtubeVideoId?: string;
  channelName?: string;
  language?: string;
  metadata?: Record<string, unknown>;
  chapters?: Chapter[];
  /** Of the recording, in whole seconds, where that is longer than what was said. */
  duration?: number;
  /** The recording that it was made of, where that is known. */
  source?: MediaSourceValues;
  /** What a recogniser made of a recording, where the transcript comes from that. */
  transcriptionResultId?: string;
};

/** How a transcript comes into the library. */
type Making = 'import' | 'fetch' | 'transcribe';

/** `created` is false when the user had this content already, and the transcript is that one. */
export type ImportResult = { transcript: TranscriptSummary; receipt: Receipt; created: boolean };

/** What the second of two requests with the same content runs into: its hash, or its video. */
const LOST_RACES = new Set<ErrorCode>(['conflict', 'video_already_imported']);

/**
 * Brings a transcript into the user's library: segments, chunks, lexical index and embeddings in
 * one transaction, so that it is there and searchable, or not there at all.
 *
 * @throws AppError `video_already_imported` when the video has a transcript of other content;
 *   `model_failed`, `model_timeout` or `model_unavailable` when it cannot be embedded; the signal's
 *   reason once it is aborted
 */
export async function importTranscript(
  dependencies: ImportDependencies,
  userId: string,
  parsed: ParsedTranscript,
  details: ImportDetails,
  madeBy: Making = 'import',
): Promise<ImportResult> {
  const hash = await inSlices(contentHash(parsed.segments), dependencies.signal);
  const completeKnown = () =>
    dependencies.db.transaction((tx) =>
      completeImported(createRepositories(tx), userId, hash, details),
    );
  const existing = await completeKnown();
  if (existing) return enrichImported(dependencies, userId, parsed, hash, existing);
  try {
    return await store(dependencies, userId, parsed, details, hash, madeBy);
  } catch (error) {
    if (!(error instanceof AppError && LOST_RACES.has(error.code))) throw error;
    // If the same content came in twice at once, the other request has stored it by now.
    const winner = await completeKnown();
    if (!winner) throw await withWayOut(dependencies.repositories, userId, details, error);
    return winner;
  }
}

/** Names the transcript that the video has, and where other content of it belongs. */
async function withWayOut(
  { transcripts }: Repositories,
  userId: string,
  { youtubeVideoId }: ImportDetails,
  error: AppError,
): Promise<AppError> {
  if (error.code !== 'video_already_imported' || youtubeVideoId === undefined) return error;
  const known = await transcripts.getByVideoId(userId, youtubeVideoId);
  const detail = `This video already has a transcript, of other content. A new version of it goes to POST /v1/transcripts/${known?.id}/revisions.`;
  return known ? new AppError(error.code, detail, { cause: error }) : error;
}

async function store(
  dependencies: ImportDependencies,
  userId: string,
  parsed: ParsedTranscript,
  details: ImportDetails,
  contentHash: string,
  madeBy: Making,
): Promise<ImportResult> {
  const { segments, format, trackKind } = parsed;
  const { source, transcriptionResultId, ...values } = details;
  const language = details.language ?? parsed.language;
  const receipt = await inSlices(createReceipt(parsed), dependencies.signal);
  const content = { segments, language, chapters: details.chapters ?? [] };
  const prepared = await prepareRevision(dependencies, userId, undefined, content);
  const stored = await dependencies.db.transaction(async (tx) => {
    const repositories = createRepositories(tx);
    if (!(await repositories.embeddingModels.holdActive(prepared.embeddingModel.id))) return;
    const recording = source && (await repositories.mediaSources.save(userId, source));
    const { id: transcriptId } = await repositories.transcripts.create(userId, {
      ...values,
      ...(recording ? { mediaSourceId: recording.id } : {}),
    });
    const revision = await repositories.transcriptRevisions.create(userId, {
      transcriptId,
      number: 1,
      format,
      trackKind,
      madeBy,
      language,
      contentHash,
      receipt,
      provenance: parsed.provenance ?? null,
      transcriptionResultId: transcriptionResultId ?? null,
    });
    await repositories.segments.createMany(userId, revision.id, segments);
    const transcript = await makeCurrent(repositories, userId, revision, prepared);
    await dependencies.onCreated?.(repositories, transcriptId);
    return { transcript, receipt, created: true };
  });
  // The embedding model was switched meanwhile, which happens once in months.
  return stored ?? store(dependencies, userId, parsed, details, contentHash, madeBy);
}
