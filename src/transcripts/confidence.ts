import type { Segment } from '../schemas/segments.ts';

/** Whisper tries again below a mean log probability of -1 (`logprob_threshold`, openai/whisper). */
const LOW_CONFIDENCE = Math.exp(-1);
/** Above this Whisper takes a segment for silence (`no_speech_threshold`, openai/whisper). */
const NO_SPEECH = 0.6;

/** Whether a segment may be misheard. It is marked, and never left out. */
export const isLowConfidence = ({ confidence, recognition }: Segment): boolean =>
  (confidence !== null && confidence < LOW_CONFIDENCE) ||
  (recognition?.noSpeechProb ?? 0) > NO_SPEECH;
