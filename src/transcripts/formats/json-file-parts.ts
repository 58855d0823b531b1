import { Segment } from '../../schemas/segments.ts';
import { MAX_SEGMENTS } from '../limits.ts';
import type { Steps } from '../steps.ts';
import { lineAt, unreadableLine } from '../unreadable.ts';
import { compileOnce, mismatch } from './json-file-schemas.ts';
import { walkJson } from './json-walk.ts';

/** A file of Parley's: all of its members but the segments, and the segments. */
export type FileParts = {
  /** The members by name. There is an empty list for the segments, unless they are no list. */
  header: Record<string, unknown>;
  segments: Segment[];
  /** @returns The line on which a segment begins; 1 for one that there is not. */
  lineOf: (index: number) => number;
  /** @throws AppError `unreadable_transcript` for the first segment that is none. */
  checkSegments: () => void;
};

const validator = compileOnce(Segment);
const HEADER = ['format', 'version', 'transcript', 'source', 'revision'];

/**
 * Reads a file segment by segment, so that the document never exists as a whole. Whether its header
 * is one is for the caller to say, who knows the version; a mistake in it is told before one in a
 * segment.
 *
 * @throws AppError `unreadable_transcript` with the line, for what is no JSON object, and for too
 * many segments.
 */
export function* readFileParts(text: string): Steps<FileParts> {
  const header = new Map<string, unknown>();
  const offsets: number[] = [];
  const segments: Segment[] = [];
  let misfit: { value: unknown; index: number } | undefined;
  const lineOf = (index: number): number => lineAt(text, offsets[index] ?? 0);

  const read = (value: unknown, index: number, offset: number): void => {
    if (index >= MAX_SEGMENTS) {
      const line = lineAt(text, offset);
      throw unreadableLine(line, `/segments: there are more than ${MAX_SEGMENTS} segments`);
    }
    offsets.push(offset);
    if (validator().Check(value)) segments.push(value);
    else misfit ??= { value, index };
  };
  const keep = (name: string) => ({
    value: (value: unknown): void => {
      header.set(name, value);
    },
  });
  yield* walkJson(text, {
    key(name) {
      header.set(name, name === 'segments' ? [] : null);
      if (name !== 'segments') return;
      // Of members of the same name the last one counts, as everywhere in JSON.
      offsets.length = 0;
      segments.length = 0;
      misfit = undefined;
    },
    members: {
      ...Object.fromEntries(HEADER.map((name) => [name, keep(name)])),
      segments: { elements: read, ...keep('segments') },
    },
  });

  return {
    header: Object.fromEntries(header),
    segments,
    lineOf,
    checkSegments() {
      if (!misfit) return;
      const { value, index } = misfit;
      throw mismatch(validator().Errors(value)[0], `/segments/${index}`, lineOf(index));
    },
  };
}
