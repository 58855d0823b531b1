import { Milliseconds } from './milliseconds.ts';

/** How long answers may take, and how their streams are kept open. */
export const answerSettings = {
  ANSWER_TIMEOUT_MS: Milliseconds(600_000, 'Limit of making one answer.'),
  STREAM_HEARTBEAT_MS: Milliseconds(15_000, 'Between signs of life in a stream.'),
};
