import type { TrackKind, TranscriptFormat } from '../schemas/receipts.ts';
import { decodeText, normaliseText } from './decode.ts';
import { readAssemblyAi } from './formats/assemblyai.ts';
import { readDeepgram } from './formats/deepgram.ts';
import { readJson } from './formats/json.ts';
import { jsonFormat } from './formats/json-format.ts';
import { readJson3 } from './formats/json3.ts';
import { markupFormat } from './formats/markup-format.ts';
import { readOpenAi } from './formats/openai.ts';
import { readPlainText } from './formats/plain-text.ts';
import { readSrt } from './formats/srt.ts';
import { readSrv1 } from './formats/srv1.ts';
import { readSrv3 } from './formats/srv3.ts';
import { parseTimeRange } from './formats/timestamps.ts';
import { readTtml } from './formats/ttml.ts';
import { readWebVtt } from './formats/webvtt.ts';
import { readWhisper } from './formats/whisper.ts';
import { readWhisperCpp } from './formats/whisper-cpp.ts';
import { readWhisperX } from './formats/whisperx.ts';
import { type ParsedTranscript, withTrackKind } from './parsed-transcript.ts';
import { atOnce, type Steps } from './steps.ts';

type Reader = (text: string, trackKind?: TrackKind) => Steps<ParsedTranscript>;

const READERS: Record<TranscriptFormat, Reader> = {
  srt: readSrt,
  vtt: readWebVtt,
  json3: readJson3,
  srv1: readSrv1,
  srv3: readSrv3,
  ttml: readTtml,
  whisper: readWhisper,
  whisper_cpp: readWhisperCpp,
  whisperx: readWhisperX,
  openai: readOpenAi,
  assemblyai: readAssemblyAi,
  deepgram: readDeepgram,
  text: readPlainText,
  segments: readJson,
};

// SRT shows in its first cue; this leaves room for a damaged beginning, which is then an error with
// its line, and not plain text.
const HEAD_LENGTH = 4_000;

const isJson = (head: string): boolean => /^(?:\{\s*["}]|\[\s*[[{"\]])/.test(head);

/** Also with times that cannot be read: the reader then says in which line. */
const isTimeLine = (line: string): boolean =>
  parseTimeRange(line) !== undefined || /^\s*\d[\d:.,; ]*-->\s*\d/.test(line);

/**
 * Tells the format of decoded text from its content; whether it can be read is for the reader to
 * find out.
 *
 * @throws AppError `unreadable_transcript` for a page of HTML, for XML and JSON of an unknown kind,
 * and for JSON that ends early.
 */
export function* detectFormat(text: string): Steps<TranscriptFormat> {
  const head = text.slice(0, HEAD_LENGTH).trimStart();
  if (/^WEBVTT(?:\s|$)/.test(head)) return 'vtt';
  if (isJson(head)) return yield* jsonFormat(text);
  const markup = head.startsWith('<') ? markupFormat(text) : undefined;
  if (markup) return markup;
  return head.split('\n').some(isTimeLine) ? 'srt' : 'text';
}

/** What is known of a transcript beside its format. */
type ReadOptions = { trackKind?: TrackKind | undefined };

/**
 * Reads a transcript in any supported format, step by step, as a long one takes seconds.
 *
 * @param input Bytes are decoded; a string is checked for what cannot be stored.
 * @param format The format, where it is known; otherwise it is told from the content.
 * @param options `trackKind`: how the track came to be, where it is known. It decides whether
 * captions that roll are undone, and goes before what the content says.
 * @throws AppError `unreadable_transcript` with the line, also when the format does not fit.
 */
export function* readInSteps(
  input: string | Uint8Array,
  format?: TranscriptFormat,
  { trackKind }: ReadOptions = {},
): Steps<ParsedTranscript> {
  const text = yield* typeof input === 'string' ? normaliseText(input) : decodeText(input);
  const known = format ?? (yield* detectFormat(text));
  return withTrackKind(yield* READERS[known](text, trackKind), trackKind);
}

/** The same without a pause. */
export const readTranscript = (...input: Parameters<typeof readInSteps>): ParsedTranscript =>
  atOnce(readInSteps(...input));
