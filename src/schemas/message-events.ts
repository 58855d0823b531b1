import { type Static, Type } from 'typebox';
import { Id, MAX_INTEGER, Nullable, StrictObject } from './common.ts';
import { Citation, Coverage, MessageReference } from './messages.ts';
import { ProblemReference } from './problem.ts';

/** A passage that an answer may cite. */
export const RetrievedPassage = StrictObject({
  transcriptId: Id,
  title: Nullable(Type.String()),
  startMs: Nullable(Type.Integer({ minimum: 0 })),
  endMs: Nullable(Type.Integer({ minimum: 0 })),
  score: Type.Number(),
});
export type RetrievedPassage = Static<typeof RetrievedPassage>;

/** The `data` of each server-sent event, by the event's name. */
export const MESSAGE_EVENTS = {
  'message.created': StrictObject({ message: MessageReference }),
  retrieval: StrictObject({ passages: Type.Array(RetrievedPassage), coverage: Coverage }),
  delta: StrictObject({ text: Type.String() }),
  citation: StrictObject({ citation: Citation }),
  'message.completed': StrictObject({ message: MessageReference }),
  'message.interrupted': StrictObject({ message: MessageReference }),
  'message.failed': StrictObject({ problem: ProblemReference }),
} as const;
export type EventType = keyof typeof MESSAGE_EVENTS;
export type EventData = { [T in EventType]: Static<(typeof MESSAGE_EVENTS)[T]> };

/** The events that nothing comes behind; each stream has exactly one. */
export const LAST_EVENTS: ReadonlySet<EventType> = new Set([
  'message.completed',
  'message.interrupted',
  'message.failed',
]);

/** One server-sent event, as its reader sees it. */
export const AnswerEvent = Type.Union(
  Object.entries(MESSAGE_EVENTS).map(([event, data]) =>
    StrictObject({ id: Type.String(), event: Type.Literal(event), data }),
  ),
);

/** The stream of an answer, as one text of {@link AnswerEvent}s. */
export const EventStream = Type.String({
  description:
    'Server-sent events with rising ids. The last one is `message.completed`, `message.interrupted` or `message.failed`.',
  contentMediaType: 'text/event-stream',
  contentSchema: AnswerEvent,
});

/** One follows it, which has to be an `integer` as well. */
export const MAX_EVENT_ID = MAX_INTEGER - 1;

export const EventsQuery = StrictObject({
  after: Type.Integer({
    minimum: 0,
    maximum: MAX_EVENT_ID,
    default: 0,
    description: 'The last event that is known already; `Last-Event-ID` says the same, and wins.',
  }),
});
