import type { TranscriptFormat } from '../../schemas/receipts.ts';
import { unreadableLine } from '../unreadable.ts';
import { createShape, type JsonShape } from './json-shape.ts';
import { isRecord } from './json-values.ts';

const EXPECTED =
  'this JSON is no transcript that is known: expected json3 of YouTube (a list "events"), Whisper, WhisperX or OpenAI ("segments"), whisper.cpp ("transcription"), AssemblyAI ("utterances" or "words"), Deepgram ("results") or an export of Parley';

/** Which of Whisper's relatives wrote a list of segments. */
const whisperFormat = (shape: JsonShape): TranscriptFormat => {
  const { type, words } = shape.first('segments');
  const word: unknown = Array.isArray(words) ? words[0] : undefined;
  if (type === 'transcript.text.segment' || shape.hasSeen('task')) return 'openai';
  if ((isRecord(word) && 'score' in word) || shape.has('word_segments')) return 'whisperx';
  return shape.has('task') ? 'openai' : 'whisper';
};

const formatOfMember = (key: string, shape: JsonShape): TranscriptFormat | undefined => {
  if (key === 'events' && shape.isFilled(key)) return 'json3';
  if (key === 'transcription' && shape.isFilled(key)) return 'whisper_cpp';
  if (key === 'results' && shape.inside(key)) return 'deepgram';
  if (key === 'segments') return shape.has('format') ? 'segments' : whisperFormat(shape);
  if (key === 'utterances' && shape.isFilled(key)) return 'assemblyai';
  // OpenAI's words may stand in front of its segments.
  if (key !== 'words' || !shape.isFilled(key)) return undefined;
  if (!('word' in shape.first(key))) return 'assemblyai';
  return shape.has('segments') ? whisperFormat(shape) : 'openai';
};

/**
 * Tells which format a JSON text is in, from the names of its members, whatever their order. It
 * reads no further than the first one that tells.
 *
 * @throws AppError `unreadable_transcript` for JSON of another shape.
 */
export const jsonFormat = (text: string): TranscriptFormat => {
  if (!/^\s*\{/.test(text)) throw unreadableLine(1, EXPECTED);
  const shape = createShape(text);
  for (const key of shape.keys()) {
    const format = formatOfMember(key, shape);
    if (format) return format;
  }
  throw unreadableLine(1, EXPECTED);
};
