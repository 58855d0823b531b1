import type { Segment } from '../schemas/segments.ts';
import { correctWords } from './correct-words.ts';

/** What a person changed about one segment; what is left out stays. */
export type SegmentCorrection = {
  text?: string | undefined;
  speaker?: string | null | undefined;
};

/**
 * Puts one label in the place of others. Labels of words are replaced as well; one that then says
 * the same as its segment is left out. Segments that have none of the labels stay the same objects.
 *
 * @param from the labels that go
 * @param to the label that takes their place
 */
export const relabel = (
  segments: readonly Segment[],
  from: ReadonlySet<string>,
  to: string,
): Segment[] => {
  const going = from.difference(new Set([to]));
  const renamed = <Label extends string | null>(label: Label) =>
    label !== null && going.has(label) ? to : label;
  return segments.map((segment) => {
    const labels = [segment.speaker, ...(segment.words ?? []).map((word) => word.speaker)];
    if (!labels.some((label) => label != null && going.has(label))) return segment;
    const speaker = renamed(segment.speaker);
    const words = segment.words?.map(({ speaker: own, ...word }) => {
      const label = own === undefined ? speaker : renamed(own);
      return label === null || label === speaker ? word : { ...word, speaker: label };
    });
    return { ...segment, speaker, words: words ?? null };
  });
};

/**
 * Corrects one segment. A text that a person wrote is no longer what a recogniser was unsure of;
 * its words keep the times of those that are still there.
 *
 * @throws RangeError when there is no such segment
 */
export const correctSegment = (
  segments: readonly Segment[],
  position: number,
  { text, speaker }: SegmentCorrection,
): Segment[] => {
  const segment = segments[position];
  if (!segment) throw new RangeError(`no segment at ${position}`);
  const corrected = { ...segment, ...(speaker === undefined ? {} : { speaker }) };
  if (text !== undefined && text !== segment.text) {
    corrected.text = text;
    corrected.words = segment.words && correctWords(segment.words, text);
    corrected.confidence = null;
    corrected.recognition = null;
  }
  return segments.with(position, corrected);
};
