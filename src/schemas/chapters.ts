import { type Static, Type } from 'typebox';
import { Milliseconds, StrictObject } from './common.ts';

/** Where a part of a recording begins, and what it is called. It lasts until the next one. */
export const Chapter = StrictObject({
  startMs: Milliseconds,
  title: Type.String({ minLength: 1, maxLength: 500 }),
});
export type Chapter = Static<typeof Chapter>;

/** The chapters of a recording, by rising start. */
export const Chapters = Type.Array(Chapter, { maxItems: 1_000 });
