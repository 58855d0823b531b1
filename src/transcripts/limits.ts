/** The last millisecond that fits the integer column times are kept in. */
export const MAX_MS = 2_147_483_647;

/**
 * The most segments a transcript may have: almost three days of one every second. Without a bound,
 * 64 MiB of the shortest lines would become gigabytes of objects.
 */
export const MAX_SEGMENTS = 250_000;

/** The most lines a file may have: four for each segment. */
export const MAX_LINES = 4 * MAX_SEGMENTS;

/** The longest word that is kept with its own times, in UTF-16 units (the limit of the word schema). */
export const MAX_WORD_LENGTH = 1_000;

/** The longest text of a segment, in UTF-16 units: a hundred hours of speech without a break. */
export const MAX_SEGMENT_LENGTH = 5_000_000;

/** The most words of a segment that are kept with times of their own: more than five hours. */
export const MAX_SEGMENT_WORDS = 50_000;

/** The most words of a transcript that is imported: a week of speech at 150 words a minute. */
export const MAX_TRANSCRIPT_WORDS = 1_500_000;
