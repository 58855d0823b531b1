import type { Chapter } from '../../schemas/chapters.ts';

const LINE = /^[\s\p{P}]*(?:(\d{1,2}):)?(\d{1,2}):(\d{2})(?!\d)[\s\p{Pd}:.)\]|]*(.*)$/u;
const LEAST = 3;
const SHORTEST_MS = 10_000;
const TITLE_LENGTH = 500;

/**
 * The chapters that a description lists, by YouTube's own rules: at least three lines that begin
 * with a time, the first of them 0:00, rising, and each chapter at least ten seconds long.
 * https://support.google.com/youtube/answer/9884579
 *
 * @returns none where a rule is broken, as YouTube shows none then
 */
export const chaptersIn = (description: string): Chapter[] => {
  const chapters = description.split('\n').flatMap((line): Chapter[] => {
    const [found, hours = '0', minutes, seconds, rest = ''] = LINE.exec(line) ?? [];
    const title = [...rest.trim()].slice(0, TITLE_LENGTH).join('');
    if (!found || title === '') return [];
    const startMs = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
    return [{ startMs, title }];
  });
  const rising = chapters.every(({ startMs }, index) => {
    const before = chapters[index - 1];
    return before ? startMs - before.startMs >= SHORTEST_MS : startMs === 0;
  });
  return rising && chapters.length >= LEAST ? chapters.slice(0, 1_000) : [];
};
