import type { TrackKind } from '../../../src/schemas/receipts.ts';
import type { Segment } from '../../../src/schemas/segments.ts';
import { contentHash as hash } from '../../../src/transcripts/content-hash.ts';
import {
  decodeText as decode,
  normaliseText as normalise,
} from '../../../src/transcripts/decode.ts';
import { detectFormat as detect } from '../../../src/transcripts/detect.ts';
import { readJson as json } from '../../../src/transcripts/formats/json.ts';
import { type Wanted, walkJson as walk } from '../../../src/transcripts/formats/json-walk.ts';
import { readJson3 as json3 } from '../../../src/transcripts/formats/json3.ts';
import { readPlainText as plainText } from '../../../src/transcripts/formats/plain-text.ts';
import { readSrt as srt } from '../../../src/transcripts/formats/srt.ts';
import { readSrv1 as srv1 } from '../../../src/transcripts/formats/srv1.ts';
import { readSrv3 as srv3 } from '../../../src/transcripts/formats/srv3.ts';
import { readTtml as ttml } from '../../../src/transcripts/formats/ttml.ts';
import { readWebVtt as webVtt } from '../../../src/transcripts/formats/webvtt.ts';
import { readWhisper as whisper } from '../../../src/transcripts/formats/whisper.ts';
import { readWhisperCpp as whisperCpp } from '../../../src/transcripts/formats/whisper-cpp.ts';
import { visitXml as visit, type XmlVisitor } from '../../../src/transcripts/formats/xml-events.ts';
import type { ParsedTranscript } from '../../../src/transcripts/parsed-transcript.ts';
import { createReceipt as receipt } from '../../../src/transcripts/receipt.ts';
import {
  fromSegments as ofSegments,
  type SegmentInput,
  transcriptText as textOf,
} from '../../../src/transcripts/segments.ts';
import { atOnce } from '../../../src/transcripts/steps.ts';

// What is done in steps elsewhere, as tests want it: at once.
export const readSrt = (text: string, kind?: TrackKind) => atOnce(srt(text, kind));
export const readWebVtt = (text: string, kind?: TrackKind) => atOnce(webVtt(text, kind));
export const readJson = (text: string) => atOnce(json(text));
export const readJson3 = (text: string) => atOnce(json3(text));
export const readPlainText = (text: string) => atOnce(plainText(text));
export const readSrv1 = (text: string) => atOnce(srv1(text));
export const readSrv3 = (text: string) => atOnce(srv3(text));
export const readTtml = (text: string) => atOnce(ttml(text));
export const readWhisper = (text: string) => atOnce(whisper(text));
export const readWhisperCpp = (text: string) => atOnce(whisperCpp(text));
export const walkJson = (text: string, wanted: Wanted) => atOnce(walk(text, wanted));
export const visitXml = (text: string, visitor: XmlVisitor) => atOnce(visit(text, visitor));
export const detectFormat = (text: string) => atOnce(detect(text));
export const decodeText = (bytes: Uint8Array) => atOnce(decode(bytes));
export const normaliseText = (text: string) => atOnce(normalise(text));
export const fromSegments = (inputs: readonly SegmentInput[]) => atOnce(ofSegments(inputs));
export const transcriptText = (segments: readonly Segment[]) => atOnce(textOf(segments));
export const contentHash = (segments: readonly Segment[]) => atOnce(hash(segments));
export const createReceipt = (parsed: ParsedTranscript) => atOnce(receipt(parsed));
