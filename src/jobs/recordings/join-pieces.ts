import type { Transcription } from '../../providers/read-transcription.ts';
import type { HeardPiece } from './kept-pieces.ts';

type Timed = { start: number; end: number };
type SpokenWord = NonNullable<Transcription['words']>[number];
type SpokenSegment = NonNullable<Transcription['segments']>[number];

/**
 * Joins what was heard in the pieces of a recording into one answer of the same form, whose times are
 * of the whole recording. Recognisers like to end after the end of what they heard: what a piece says
 * stays within it, or times would run backwards at the next one.
 *
 * An endpoint names speakers anew in each piece: its `A` need not be the `A` of another one. So in a
 * recording of several pieces they are `A (part 1)`, `A (part 2)`; who they are, only a person can say.
 *
 * @param heard in their order
 */
export function joinPieces(heard: readonly HeardPiece[]): Transcription {
  const hasSegments = heard.some(({ answer }) => isFilled(answer.segments));
  const parts = heard.map((piece, index) => {
    const move = movedInto(piece);
    const { answer } = piece;
    const own = isFilled(answer.segments) ? answer.segments : hasOnlyText(piece, hasSegments);
    return {
      words: (answer.words ?? []).map(move),
      segments: (own ?? []).map((segment) => {
        const label = segment.speaker ?? null;
        const speaker =
          label === null || heard.length === 1 ? label : `${label} (part ${index + 1})`;
        const words = segment.words?.map((word: SpokenWord) => move(word));
        return {
          ...move(segment),
          ...(speaker === null ? {} : { speaker }),
          ...(words ? { words } : {}),
        };
      }),
    };
  });
  const language = heard.find(({ answer }) => answer.language)?.answer.language;
  return {
    text: heard
      .map(({ answer }) => answer.text.trim())
      .filter(Boolean)
      .join('\n'),
    ...(language ? { language } : {}),
    segments: parts.flatMap(({ segments }) => segments),
    words: parts.flatMap(({ words }) => words),
  };
}

const isFilled = <T>(list: T[] | null | undefined): list is T[] => (list?.length ?? 0) > 0;

/**
 * What stands for a piece of which there are no segments: all of its text, as long as it is. Where no
 * piece has any, words with times are better.
 */
function hasOnlyText(
  { answer, durationMs }: HeardPiece,
  othersHaveSegments: boolean,
): SpokenSegment[] | undefined {
  if (answer.text.trim() === '') return undefined;
  if (isFilled(answer.words) && !othersHaveSegments) return undefined;
  const end = durationMs === null ? (answer.words?.at(-1)?.end ?? 0) : durationMs / 1_000;
  return [{ start: 0, end, text: answer.text }];
}

/** Moves times into the recording, exact to the ms. */
function movedInto({ offsetMs, durationMs }: HeardPiece) {
  const last = durationMs ?? Number.MAX_SAFE_INTEGER;
  const ms = (seconds: number, limit: number) => Math.min(Math.round(seconds * 1_000), limit);
  return <T extends Timed>(spoken: T): T => {
    const end = ms(spoken.end, last);
    // What begins at the end would begin in the next piece.
    const start = Math.min(ms(spoken.start, Math.max(0, last - 1)), end);
    return { ...spoken, start: (offsetMs + start) / 1_000, end: (offsetMs + end) / 1_000 };
  };
}
