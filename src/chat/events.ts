import type { RetrievedPassage } from '../schemas/message-events.ts';
import type { Citation, Coverage, Message } from '../schemas/messages.ts';

/**
 * What happens while an answer is made. `message.created` comes first, and exactly one of the
 * last three comes last.
 */
export type ChatEvent =
  | { type: 'message.created'; message: Message }
  | { type: 'retrieval'; passages: RetrievedPassage[]; coverage: Coverage }
  | { type: 'delta'; text: string }
  | { type: 'citation'; citation: Citation }
  | { type: 'message.completed'; message: Message }
  | { type: 'message.interrupted'; message: Message }
  | { type: 'message.failed'; error: unknown };

export type Emit = (event: ChatEvent) => void;
