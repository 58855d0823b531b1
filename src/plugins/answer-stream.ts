import type { LiveAnswers } from '../chat/live/live-answers.ts';
import { LAST_EVENTS, MESSAGE_EVENTS } from '../schemas/message-events.ts';
import type { EventKind } from './send-events.ts';
import type { App } from './types.ts';

/** The stream of an answer. */
export const ANSWER_EVENTS: EventKind = {
  schemas: MESSAGE_EVENTS,
  last: LAST_EVENTS,
  interrupted: 'message.failed',
};

/** Ends answers when the server closes, and with them their streams: each with its last event. */
export function registerAnswerStreams(app: App, liveAnswers: LiveAnswers): void {
  liveAnswers.reportTo((err, message) => app.log.error({ err }, message));
  app.addHook('preClose', () => liveAnswers.close());
}
