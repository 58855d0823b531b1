import type { Segment } from '../../schemas/segments.ts';

/** Something in a transcript that somebody should listen to again. */
export type QualityWarning = {
  /** `gap`: nothing was heard; `repeated_text`: the same again and again; `no_times`: one long text. */
  code: 'gap' | 'repeated_text' | 'no_times';
  startMs: number;
  endMs: number;
};

/** A minute without a word is a break, or something that was not heard. */
const GAP_MS = 60_000;
/** Recognisers that lost the thread say the same sentence over and over. */
const REPEATS = 3;
/** A segment that is longer than anybody speaks without a break: its endpoint gave no times. */
const LONG_MS = 300_000;
const MOST = 100;

/**
 * Looks for what went wrong when a recording was transcribed.
 *
 * @param segments in the order of their times
 * @param durationMs of the recording, where that is known
 * @returns the first hundred, in the order of their times
 */
export function findQualityWarnings(
  segments: readonly Segment[],
  durationMs: number | null,
): QualityWarning[] {
  const found: QualityWarning[] = [];
  let heardUntil = 0;
  let repeats = 0;
  let run: QualityWarning | undefined;
  for (const [index, segment] of segments.entries()) {
    const startMs = segment.startMs ?? 0;
    const endMs = segment.endMs ?? startMs;
    const before = segments[index - 1];
    if (startMs - heardUntil >= GAP_MS)
      found.push({ code: 'gap', startMs: heardUntil, endMs: startMs });
    if (endMs - startMs >= LONG_MS) found.push({ code: 'no_times', startMs, endMs });
    repeats = before && plain(before.text) === plain(segment.text) ? repeats + 1 : 1;
    if (repeats === 1) run = undefined;
    if (repeats === REPEATS) {
      run = { code: 'repeated_text', startMs: segments[index - REPEATS + 1]?.startMs ?? 0, endMs };
      found.push(run);
    }
    if (run) run.endMs = endMs;
    heardUntil = Math.max(heardUntil, endMs);
  }
  if (durationMs !== null && durationMs - heardUntil >= GAP_MS) {
    found.push({ code: 'gap', startMs: heardUntil, endMs: durationMs });
  }
  return found.slice(0, MOST);
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
