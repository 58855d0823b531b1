import type { ComposedAnswer, CompositionEvent } from '../chat/compose-answer.ts';
import type { CitationWithMoment } from '../repositories/citations.ts';
import { passOn } from './pass-on.ts';

/** What an answer is made of: text, and markers of its citations, which are no text. */
export type Piece =
  | { type: 'begin' }
  | { type: 'text'; text: string }
  | { type: 'marker'; citation: CitationWithMoment };

const MARKER = /^\[(\d+)\]$/;

/**
 * Tells the markers in an answer from text that looks like one: a marker is followed by its
 * citation. Whoever reads no further ends the composing too.
 *
 * @param onEnd hears the answer as a whole, once there is one
 */
export async function* readPieces(
  events: AsyncGenerator<CompositionEvent, ComposedAnswer>,
  onEnd: (answer: ComposedAnswer) => void,
): AsyncGenerator<Piece, void> {
  let held: string | undefined;
  for await (const event of passOn(events, onEnd)) {
    if (held !== undefined && event.type !== 'citation') yield { type: 'text', text: held };
    if (event.type === 'citation') yield { type: 'marker', citation: event.citation };
    else if (event.type === 'retrieval') yield { type: 'begin' };
    held = undefined;
    if (event.type === 'delta' && MARKER.test(event.text)) held = event.text;
    else if (event.type === 'delta') yield { type: 'text', text: event.text };
  }
  if (held !== undefined) yield { type: 'text', text: held };
}
