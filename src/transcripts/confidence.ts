import type { Segment } from '../schemas/segments.ts';

/** Whisper tries again below a mean log probability of -1 (`logprob_threshold`, openai/whisper). */
const LOW_CONFIDENCE = Math.exp(-1);
/** Above this Whisper takes a segment for silence (`no_speech_threshold`, openai/whisper). */
const NO_SPEECH = 0.6;

/** Whether a segment may be misheard. It is marked, and never left out. */
export const isLowConfidence = ({ confidence, recognition }: Segment): boolean =>
  (confidence !== null && confidence < LOW_CONFIDENCE) ||
  (recognition?.noSpeechProb ?? 0) > NO_SPEECH;

/** A `real` of PostgreSQL refuses what is nearer to zero: 1e-37 in its manual (8.1.3). */
const LEAST_PROBABILITY = 1e-37;

/** A probability as it can be stored: what is too small, or below zero, is zero. */
export const storableProbability = (value: number): number =>
  value < LEAST_PROBABILITY ? 0 : value;
