import type { TrackKind, TranscriptFormat } from '../schemas/receipts.ts';
import { decodeText, normaliseText } from './decode.ts';
import { readJson } from './formats/json.ts';
import { readPlainText } from './formats/plain-text.ts';
import { readSrt } from './formats/srt.ts';
import { parseTimeRange } from './formats/timestamps.ts';
import { readWebVtt } from './formats/webvtt.ts';
import { readWhisper } from './formats/whisper.ts';
import { type ParsedTranscript, withTrackKind } from './parsed-transcript.ts';
import { quoted, unreadableLine } from './unreadable.ts';

type Reader = (text: string, trackKind?: TrackKind) => ParsedTranscript;

const READERS: Record<TranscriptFormat, Reader> = {
  srt: readSrt,
  vtt: readWebVtt,
  whisper: readWhisper,
  text: readPlainText,
  segments: readJson,
};

// SRT shows in its first cue; this leaves room for a damaged beginning, which is then an error with
// its line, and not plain text.
const HEAD_LENGTH = 4_000;

const isJson = (head: string): boolean => /^(?:\{\s*["}]|\[\s*[[{"\]])/.test(head);
const isMarkup = (head: string): boolean =>
  /^<(?:\?xml|!doctype|html|tt|timedtext|transcript)\b/i.test(head);

/**
 * Tells the format of decoded text from its content. JSON is `whisper`, except for Parley's own
 * export, which is `segments`; whether it can be read is for the reader to find out.
 */
export const detectFormat = (text: string): TranscriptFormat => {
  const head = text.slice(0, HEAD_LENGTH).trimStart();
  if (/^WEBVTT(?:\s|$)/.test(head)) return 'vtt';
  if (/^\{\s*"format"\s*:\s*"parley"/.test(head)) return 'segments';
  if (isJson(head)) return 'whisper';
  return head.split('\n').some((line) => parseTimeRange(line) !== undefined) ? 'srt' : 'text';
};

/**
 * Reads a transcript in any supported format.
 *
 * @param input Bytes are decoded; a string is checked for what cannot be stored.
 * @param format The format, where it is known; otherwise it is told from the content.
 * @param options `trackKind`: how the track came to be, where it is known. It decides whether
 * captions that roll are undone, and goes before what the content says.
 * @throws AppError `unreadable_transcript` with the line, also when the format does not fit.
 */
export const readTranscript = (
  input: string | Uint8Array,
  format?: TranscriptFormat,
  { trackKind }: { trackKind?: TrackKind | undefined } = {},
): ParsedTranscript => {
  const text = typeof input === 'string' ? normaliseText(input) : decodeText(input);
  const read = (known: TranscriptFormat): ParsedTranscript =>
    withTrackKind(READERS[known](text, trackKind), trackKind);
  if (format !== undefined) return read(format);
  const head = text.slice(0, HEAD_LENGTH).trimStart();
  if (isMarkup(head)) {
    const found = quoted(head.split('\n', 1)[0] ?? '');
    throw unreadableLine(1, `expected SRT, WebVTT, Whisper JSON or plain text, found ${found}`);
  }
  return read(detectFormat(text));
};
