import fc from 'fast-check';
import type { Segment } from '../../../src/schemas/segments.ts';

/**
 * Limits of what captions can carry: lines are trimmed and not blank, and a line has a letter in
 * front, so that it is no counter, time or label; `:` `<` `{` are markup in SRT.
 */
const line = fc
  .stringMatching(/^[a-zé我𠮷][a-zA-Z0-9éß我😀𠮷 ,.!?'"&;>-]{0,30}$/u)
  .map((text) => text.replaceAll('-->', '->').trim());

export const text = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));

/** Text for WebVTT, in which nothing but a blank line is special once it is escaped. */
export const anyText = fc
  .array(fc.string({ unit: 'grapheme', maxLength: 30 }), { minLength: 1, maxLength: 3 })
  .map((lines) => lines.flatMap((part) => part.split(/\r\n?|\n/)))
  .map((lines) => lines.map((part) => part.replaceAll('\0', '').trim()).filter((part) => part))
  .filter((lines) => lines.length > 0)
  .map((lines) => lines.join('\n'));

const speaker = fc.constantFrom(null, 'SPEAKER_00', 'SPEAKER_01', 'speaker 2');

const span = fc
  .tuple(fc.nat({ max: 100_000_000 }), fc.nat({ max: 10_000 }))
  .map(([startMs, length]) => ({ startMs, endMs: startMs + length }));

/** Segments in order, with times in whole milliseconds, without words and confidence. */
export const timedSegments = (texts: fc.Arbitrary<string> = text): fc.Arbitrary<Segment[]> =>
  fc
    .array(fc.record({ span, speaker, text: texts }), { minLength: 1, maxLength: 20 })
    .map((items) =>
      items
        .map((item) => ({
          ...item.span,
          speaker: item.speaker,
          text: item.text,
          words: null,
          confidence: null,
        }))
        .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs),
    );
