import type { TrackKind } from '../../schemas/receipts.ts';
import { type Cue, checkCount, collect } from '../collect.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import { type Kept, undoRolling, whole } from '../rolling-captions.ts';
import { eachInSteps, mapInSteps, type Steps } from '../steps.ts';
import { reportUnrolled } from '../unrolled.ts';
import { createWarnings, type Warnings } from '../warnings.ts';
import { languageTag } from './language.ts';
import { readVttCues } from './webvtt-cues.ts';
import { OWN_HEADER } from './webvtt-header.ts';
import { fitTimes, keptMarkup, toCaption, type VttCaption } from './webvtt-rolling.ts';
import { splitVoices, type VoiceTurn } from './webvtt-voices.ts';
import { readCueWords } from './webvtt-words.ts';

/** One cue for each voice; `count` is the number of those in front of them. */
const toCues = (kept: Kept<VttCaption>, count: number, warnings: Warnings): Cue[] => {
  const { startMs, endMs, line } = kept.caption;
  const turns: VoiceTurn[] = [];
  for (const turn of splitVoices(keptMarkup(kept))) {
    checkCount(count + turns.length, line);
    turns.push(turn);
  }
  const parts = turns.map(({ markup }) => markup);
  const words = readCueWords(parts, { startMs, endMs }, line, warnings);
  return turns.map(({ speaker, text }, index) => ({
    line,
    continues: index > 0,
    segment: { startMs, endMs, speaker, text, words: words[index] ?? null, confidence: null },
  }));
};

/**
 * Reads WebVTT (https://www.w3.org/TR/webvtt1/). A cue with several voices becomes several segments
 * with its times; times inside a cue become those of its words. Captions that roll are undone (see
 * {@link undoRolling}). The `Language:` of a YouTube header is kept; its `Kind: captions` stands
 * above automatic tracks, too. `X-TIMESTAMP-MAP` is not applied, as it shifts times only in HLS.
 *
 * @param text Decoded text with LF newlines.
 * @param trackKind How the track came to be, where the caller knows.
 * @throws AppError `unreadable_transcript` with the line.
 */
export function* readWebVtt(text: string, trackKind?: TrackKind): Steps<ParsedTranscript> {
  const warnings = createWarnings();
  const { header, cues } = yield* readVttCues(text, warnings);
  const language = header.find((line) => /^language:/i.test(line))?.slice('language:'.length);
  const captions = yield* mapInSteps(cues, toCaption);
  const isOwn = text.startsWith(`${OWN_HEADER}\n`);
  const unrolled = yield* undoRolling(captions, isOwn ? 'manual' : trackKind);
  const timed = captions.some(({ lines }) => lines.some((line) => line.timed));
  const collected: Cue[] = [];
  yield* eachInSteps(unrolled?.kept ?? captions.map(whole), (kept) => {
    for (const cue of toCues(kept, collected.length, warnings)) {
      const segment = unrolled ? fitTimes(cue.segment, kept.endMs, timed) : cue.segment;
      collected.push({ ...cue, segment });
    }
  });
  const undone = unrolled && (yield* reportUnrolled(unrolled, warnings));
  return yield* collect('vtt', languageTag(language), collected, warnings, undone);
}
