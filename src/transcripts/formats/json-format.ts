import type { TranscriptFormat } from '../../schemas/receipts.ts';
import type { Steps } from '../steps.ts';
import { unreadableLine } from '../unreadable.ts';
import { createShape, type JsonShape } from './json-shape.ts';
import { isRecord } from './json-values.ts';

const EXPECTED =
  'this JSON is no transcript that is known: expected json3 of YouTube (a list "events"), Whisper, WhisperX or OpenAI ("segments"), whisper.cpp ("transcription"), AssemblyAI ("utterances" or "words"), Deepgram ("results") or an export of Parley';

/** Which of Whisper's relatives wrote a list of segments. */
function* whisperFormat(shape: JsonShape): Steps<TranscriptFormat> {
  const { type, words } = yield* shape.first('segments');
  const word: unknown = Array.isArray(words) ? words[0] : undefined;
  if (type === 'transcript.text.segment' || shape.hasSeen('task')) return 'openai';
  if ((isRecord(word) && 'score' in word) || (yield* shape.has('word_segments'))) return 'whisperx';
  return (yield* shape.has('task')) ? 'openai' : 'whisper';
}

function* formatOfMember(key: string, shape: JsonShape): Steps<TranscriptFormat | undefined> {
  if (key === 'events' && (yield* shape.isFilled(key))) return 'json3';
  if (key === 'transcription' && (yield* shape.isFilled(key))) return 'whisper_cpp';
  if (key === 'results' && (yield* shape.inside(key))) return 'deepgram';
  if (key === 'segments')
    return (yield* shape.has('format')) ? 'segments' : yield* whisperFormat(shape);
  if (key === 'utterances' && (yield* shape.isFilled(key))) return 'assemblyai';
  // OpenAI's words may stand in front of its segments.
  if (key !== 'words' || !(yield* shape.isFilled(key))) return undefined;
  if (!('word' in (yield* shape.first(key)))) return 'assemblyai';
  return (yield* shape.has('segments')) ? yield* whisperFormat(shape) : 'openai';
}

/**
 * Tells which format a JSON text is in, from the names of its members, whatever their order. It
 * reads no further than the first one that tells.
 *
 * @throws AppError `unreadable_transcript` for JSON of another shape.
 */
export function* jsonFormat(text: string): Steps<TranscriptFormat> {
  if (!/^\s*\{/.test(text)) throw unreadableLine(1, EXPECTED);
  const shape = createShape(text);
  for (let key = yield* shape.next(); key !== undefined; key = yield* shape.next()) {
    const format = yield* formatOfMember(key, shape);
    if (format) return format;
  }
  throw unreadableLine(1, EXPECTED);
}
