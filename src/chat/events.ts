import type { EventData, EventType } from '../schemas/message-events.ts';

/**
 * What happens while an answer is made. `message.created` comes first, and exactly one of
 * `message.completed`, `message.interrupted` and `message.failed` comes last.
 */
export type ChatEvent = { [T in EventType]: { type: T; data: EventData[T] } }[EventType];

/** An event in its place: the first one of an answer has the id 1. */
export type NumberedEvent = { id: number; type: EventType; data: Record<string, unknown> };
