import { heardMs, type Transcription } from '../providers/read-transcription.ts';
import type { Speech, SpeechRequest, SpeechToText } from '../providers/speech-to-text.ts';
import type { CallingRun, ModelCaller } from './caller.ts';
import { type CallRecords, describeFailure } from './records.ts';

/**
 * Makes text of speech, as `transcribe` of a provider does, and records that. What it costs is told by
 * how long the recording is; where that was not known, the answer says it.
 *
 * @throws as `transcribe` does; AppError `quota_exceeded`; whatever keeps the request from being stored
 */
export async function recordTranscription(
  records: CallRecords,
  run: CallingRun | undefined,
  provider: SpeechToText,
  caller: ModelCaller,
  speech: Speech,
  request: SpeechRequest,
): Promise<Transcription> {
  const signal = run ? AbortSignal.any([run.signal, request.signal]) : request.signal;
  const { model, language, prompt } = request;
  const call = await records.begin(caller, run, {
    ...{ provider: provider.provider, model, promptTokens: 0 },
    audioMs: speech.durationMs === null ? null : Math.round(speech.durationMs),
    request: { language, prompt },
  });
  try {
    const heard = await provider.transcribe(speech, { ...request, signal });
    await call.end({
      ...{ finishReason: 'stop', promptTokens: 0, completionTokens: 0 },
      audioMs: heardMs(heard),
      response: { content: heard.text },
    });
    return heard;
  } catch (error) {
    await call.end({
      finishReason: signal.aborted ? 'cancelled' : null,
      ...{ promptTokens: null, completionTokens: 0 },
      failure: signal.aborted ? undefined : describeFailure(error),
    });
    throw error;
  }
}
