import type { EventRow } from '../../repositories/message-events.ts';
import { type EventType, MESSAGE_EVENTS } from '../../schemas/message-events.ts';
import type { NumberedEvent } from '../events.ts';

/** A run of deltas is one row; without a limit a reader would have to read all of it for its end. */
const MOST_TEXTS = 200;

/**
 * Events as they are stored: each in a row of its own, but for deltas, which come in runs. A run ends
 * where it would end if more had come, so that rows written again cover those written before.
 *
 * @param events in their order, without a gap
 */
export function toRows(messageId: string, events: readonly NumberedEvent[]): EventRow[] {
  const rows: EventRow[] = [];
  let texts: unknown[] = [];
  let previous: EventType | undefined;
  for (const { id, type, data } of events) {
    if (type !== 'delta') {
      rows.push({ messageId, sequence: id, type, data });
    } else if (previous === 'delta' && texts.length < MOST_TEXTS) {
      texts.push(data.text);
    } else {
      texts = [data.text];
      rows.push({ messageId, sequence: id, type, data: texts });
    }
    previous = type;
  }
  return rows;
}

/** The events of a stored row; the way back from {@link toRows}. */
export function fromRow({ sequence, type, data }: Omit<EventRow, 'messageId'>): NumberedEvent[] {
  if (!isEventType(type) || typeof data !== 'object' || data === null) return [];
  if (!Array.isArray(data)) return [{ id: sequence, type, data: { ...data } }];
  return data.map((text, index) => ({ id: sequence + index, type, data: { text } }));
}

function isEventType(type: string): type is EventType {
  return type in MESSAGE_EVENTS;
}
