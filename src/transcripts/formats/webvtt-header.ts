/**
 * The first line of the files that Parley writes. Their captions have been unrolled already, if they
 * ever rolled: what is said twice in them was said twice.
 */
export const OWN_HEADER = 'WEBVTT - written by Parley';
