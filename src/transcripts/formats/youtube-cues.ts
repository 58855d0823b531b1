import type { TranscriptFormat } from '../../schemas/receipts.ts';
import type { Word } from '../../schemas/segments.ts';
import { TOUCH_MS } from '../caption-windows.ts';
import { type Cue, checkCount, collect } from '../collect.ts';
import { MAX_MS } from '../limits.ts';
import type { ParsedTranscript } from '../parsed-transcript.ts';
import type { Steps } from '../steps.ts';
import { createWarnings } from '../warnings.ts';
import { countWords } from '../words.ts';
import { createYouTubeWords, hasWordTimes, type YouTubePiece } from './youtube-words.ts';
import { isAnimated, toPlainLine, visible } from './zero-width.ts';

/** A caption of YouTube. Without a duration it lasts until the next one begins. */
export type YouTubeCaption = {
  startMs: number;
  durationMs: number | null;
  pieces: YouTubePiece[];
  line: number | null;
};

/** The last caption with text; `seen` is what is visible of it. */
type Open = {
  startMs: number;
  endMs: number;
  seen: string;
  animated: boolean;
  words: Word[] | null;
  cue: Cue;
};

/**
 * Makes segments of YouTube's captions. Their windows stay on the screen while the next ones appear,
 * so an end is clipped to the next start. Where words have times, a recogniser wrote the track: only
 * then are words kept.
 */
export const createYouTubeCues = (format: TranscriptFormat) => {
  const warnings = createWarnings();
  const readWords = createYouTubeWords(warnings);
  const cues: Cue[] = [];
  // The last caption, behind those that began together with it.
  let open: Open[] = [];
  let isAsr = false;
  let repeatedWords = 0;

  const isRepeat = (seen: string, animated: boolean, startMs: number, endMs: number): boolean => {
    const last = open.at(-1);
    if (last?.seen !== seen) return false;
    // What is said twice is told twice; only what is shown twice, without a pause, is not.
    if (startMs < last.endMs && endMs >= last.startMs) return true;
    const near = startMs <= last.endMs + TOUCH_MS && endMs >= last.startMs - TOUCH_MS;
    return near && (last.animated || animated);
  };
  const end = (caption: Open, endMs: number): void => {
    caption.endMs = endMs;
    caption.cue.segment.endMs = endMs;
    const last = caption.words?.at(-1);
    if (last) last.endMs = Math.max(last.startMs, endMs);
  };
  const clip = (startMs: number): void => {
    for (const caption of open) {
      if (caption.endMs > startMs) warnings.add('overlap_clipped', caption.cue.line);
      if (caption.endMs > startMs || caption.endMs === caption.startMs) end(caption, startMs);
    }
  };

  return {
    /** Takes the next caption of the file. */
    add({ startMs, durationMs, pieces, line }: YouTubeCaption): void {
      const raw = pieces.map(({ text }) => text).join('');
      const text = toPlainLine(raw);
      const animated = isAnimated(raw);
      const seen = animated ? visible(raw) : text;
      const endMs = Math.min(MAX_MS, startMs + (durationMs ?? 0));
      if (text !== '' && isRepeat(seen, animated, startMs, endMs)) {
        warnings.add('repeated_caption', line);
        repeatedWords += countWords(text);
        const last = open.at(-1);
        if (last && endMs > last.endMs) end(last, endMs);
        return;
      }
      const together = open.at(-1)?.startMs === startMs;
      if (text !== '' && startMs > (open.at(-1)?.startMs ?? startMs)) clip(startMs);
      isAsr ||= hasWordTimes(pieces);
      const words = readWords(pieces, startMs, endMs);
      const segment = { startMs, endMs, speaker: null, text, words, confidence: null };
      const cue = { line, segment };
      checkCount(cues.length + 1, line);
      cues.push(cue);
      if (text === '') return;
      if (!together) open = [];
      open.push({ startMs, endMs, seen, animated, words, cue });
    },
    /** @throws AppError `unreadable_transcript` when there is no text. */
    *finish(language: string | null): Steps<ParsedTranscript> {
      if (!isAsr) for (const { segment } of cues) segment.words = null;
      const parsed = yield* collect(format, language, cues, warnings);
      const repeats = warnings.count('repeated_caption');
      const { cuesRead, wordsRead, dropped } = parsed.counts;
      return {
        ...parsed,
        trackKind: isAsr ? 'asr' : 'unknown',
        counts: {
          ...parsed.counts,
          cuesRead: cuesRead + repeats,
          wordsRead: wordsRead + repeatedWords,
          dropped: dropped + repeats,
        },
      };
    },
  };
};
