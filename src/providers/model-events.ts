import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { modelFailed } from './model-errors.ts';

/** The longest event, in characters. */
const LONGEST_EVENT = 1_048_576;

/**
 * The events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), however
 * its bytes are cut. An event that the end of the stream cuts off is none.
 *
 * @throws AppError `model_failed` on an event of more than 1 MiB; what `bytes` throws
 */
export async function* readEvents(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<EventSourceMessage, void> {
  const decoder = new TextDecoder();
  let found: EventSourceMessage[] = [];
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: LONGEST_EVENT,
    onEvent: (event) => found.push(event),
    onError: ({ type }) => {
      tooLong ||= type === 'max-buffer-size-exceeded';
    },
  });
  for await (const part of bytes) {
    found = [];
    parser.feed(decoder.decode(part, { stream: true }));
    yield* found;
    if (tooLong) throw modelFailed(`an event of more than ${LONGEST_EVENT} characters`);
  }
}
