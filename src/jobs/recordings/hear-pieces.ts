import { AppError } from '../../errors.ts';
import type { ModelCalls } from '../../model-calls/model-calls.ts';
import { ProviderFault } from '../../providers/model-errors.ts';
import type { SpeechToText } from '../../providers/speech-to-text.ts';
import type { Repositories } from '../../repositories/index.ts';
import type { RunningJob } from '../handler.ts';
import { JobError } from '../job-error.ts';
import type { ChosenAudio } from './choose-audio.ts';
import { type HeardPiece, keepPiece, openResult } from './kept-pieces.ts';
import { withBytes } from './recordings.ts';

type HearingDependencies = {
  repositories: Repositories;
  speechToText: SpeechToText;
  modelCalls: Pick<ModelCalls, 'transcribe'>;
};

/** What a job may ask of the endpoint. */
export type Hearing = { model: string; language?: string | undefined; prompt?: string | undefined };

/** Refusals that have to do with the moment, and not with the recording. */
const PASSING = new Set([408, 409, 425, 429]);

/** Of the progress of a job; the rest is for what comes before and after. */
const SHARE = 0.9;

/**
 * Has each piece of a recording transcribed, one after the other, and keeps each answer at once.
 *
 * @param mediaFileId the recording as its owner knows it
 * @throws JobError `model_failed` when the endpoint does not take it, or answers what is no
 *   transcription; AppError as `SpeechToText`
 */
export async function hearPieces(
  { repositories, speechToText, modelCalls }: HearingDependencies,
  job: RunningJob,
  mediaFileId: string,
  { pieces }: ChosenAudio,
  { model, ...asked }: Hearing,
): Promise<HeardPiece[]> {
  const heard = await openResult(repositories, job, mediaFileId, pieces, model);
  for (const [index, { offsetMs, durationMs, load }] of pieces.entries()) {
    if (index < heard.length) continue;
    job.progress((index / pieces.length) * SHARE);
    job.signal.throwIfAborted();
    const speech = await withBytes(load());
    const startedAt = performance.now();
    const request = { ...asked, model, signal: job.signal };
    const answer = await modelCalls
      .transcribe(speechToText, { userId: job.userId, purpose: 'transcription' }, speech, request)
      .catch((error) => Promise.reject(refusalOf(error) ?? error));
    const tookMs = Math.round(performance.now() - startedAt);
    const piece = { offsetMs, durationMs, model, tookMs, answer };
    await keepPiece(job, index, piece);
    heard.push(piece);
  }
  job.progress(SHARE);
  return heard;
}

/** To send it again would change nothing, where the endpoint has looked at it and answered. */
function refusalOf(error: unknown): JobError | undefined {
  const fault = error instanceof AppError ? error.cause : undefined;
  if (!(fault instanceof ProviderFault) || fault.status === undefined) return undefined;
  if (fault.status === 200) {
    const message = 'What the speech-to-text endpoint answered is no transcription.';
    return new JobError('model_failed', message, { cause: error });
  }
  if (fault.status < 400 || fault.status >= 500 || PASSING.has(fault.status)) return undefined;
  const message = `The speech-to-text endpoint refused the recording (status ${fault.status}).`;
  return new JobError('model_failed', message, { cause: error });
}
