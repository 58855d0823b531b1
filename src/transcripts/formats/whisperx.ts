import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { readWhisperSegments } from './whisper-segments.ts';

const EXPECTED =
  'expected WhisperX JSON: an object with a list "segments" of {"start": 1.5, "end": 4, "text": "…", "words": […]}';

/**
 * Reads the JSON of WhisperX (https://github.com/m-bain/whisperX). Times are seconds. A word keeps
 * its own speaker where that differs from the segment's. `word_segments` repeats the words, and is
 * not read.
 *
 * @param text Decoded text with LF newlines.
 * @throws AppError `unreadable_transcript` with the line and the segment's index.
 */
export const readWhisperX = (text: string): Steps<ParsedTranscript> =>
  readWhisperSegments(text, 'whisperx', EXPECTED);
