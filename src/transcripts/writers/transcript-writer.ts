import type { ListedSegment } from '../../schemas/segments.ts';

/**
 * Writes one file, a part at a time, in this order: the beginning, each segment, the end. What it
 * returns is the text of the part. `index` is the segment's place in the file, which begins later
 * than the revision where only a part of that is written.
 */
export type TranscriptWriter = {
  begin(): string;
  segment(segment: ListedSegment, index: number): string;
  end(): string;
};

/** Writes a file a page of segments at a time, so that none is ever in memory as a whole. */
export async function* writeTranscript(
  writer: TranscriptWriter,
  pages: AsyncIterable<readonly ListedSegment[]>,
): AsyncGenerator<string, void, undefined> {
  let index = 0;
  let text = writer.begin();
  for await (const page of pages) {
    for (const segment of page) {
      text += writer.segment(segment, index);
      index += 1;
    }
    yield text;
    text = '';
  }
  yield text + writer.end();
}
