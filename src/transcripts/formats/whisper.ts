import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { readWhisperSegments } from './whisper-segments.ts';

const EXPECTED =
  'expected Whisper JSON: an object with a list "segments" of {"start": 1.5, "end": 4, "text": "…"}';

/**
 * Reads the JSON of openai-whisper, faster-whisper and whisper-timestamped. Times are seconds.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the segment's index.
 */
export const readWhisper = (text: string): Steps<ParsedTranscript> =>
  readWhisperSegments(text, 'whisper', EXPECTED);
