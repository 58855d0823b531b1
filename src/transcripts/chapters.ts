import type { Chapter } from '../schemas/chapters.ts';

/** Chapters as they are stored: by rising start, the first of those that start together. */
export const orderChapters = (chapters: readonly Chapter[]): Chapter[] =>
  chapters
    .toSorted((a, b) => a.startMs - b.startMs)
    .filter((chapter, index, all) => chapter.startMs !== all[index - 1]?.startMs);
