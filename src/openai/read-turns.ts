import { invalidValue } from '../errors.ts';
import type { ModelTurn } from '../providers/language-models.ts';
import type { ChatTurn } from '../schemas/openai-chat.ts';

/** The longest question, in characters; as long as in a conversation. */
const LONGEST_QUESTION = 8_000;
/** What is kept of an older turn, and of all instructions together, in characters. */
const LONGEST_TURN = 8_000;
/** Turns that a model is told of; older ones are rarely what a question is about. */
const MOST_TURNS = 10;

/** The links that answers get here, which a model is not to learn to write. */
const MOMENT_LINK = /\[(\d{1,4})\]\(https:\/\/youtu\.be\/[\w-]{11}(?:\?t=\d{1,9})?\)/g;

/**
 * Tells the question from what came before it. The caller's instructions have the rank of a caller:
 * they become a turn of the user's, the first one, so that they cannot stand above the rules by
 * which an answer cites.
 *
 * @throws AppError `validation_failed` where the last message is no question, or too long
 */
export function readTurns(messages: readonly ChatTurn[]): {
  content: string;
  history: ModelTurn[];
} {
  const asked = messages.findLastIndex(({ role }) => role === 'user' || role === 'assistant');
  const question = messages[asked];
  if (question?.role !== 'user') throw invalidValue('/messages', 'must end with one of the user');
  const content = textOf(question);
  const path = `/messages/${asked}/content`;
  if (!/\S/.test(content)) throw invalidValue(path, 'must not be empty');
  if (content.length > LONGEST_QUESTION) {
    throw invalidValue(path, `must not have more than ${LONGEST_QUESTION} characters`);
  }
  const instructions = messages
    .filter(({ role }) => role === 'system' || role === 'developer')
    .map(textOf)
    .join('\n\n');
  const turns = messages.slice(0, asked).flatMap((message): ModelTurn[] => {
    if (message.role !== 'user' && message.role !== 'assistant') return [];
    const text = textOf(message).replace(MOMENT_LINK, '[$1]');
    return /\S/.test(text) ? [{ role: message.role, content: cut(text) }] : [];
  });
  const first: ModelTurn[] = /\S/.test(instructions)
    ? [{ role: 'user', content: `How I would like to be answered:\n${cut(instructions)}` }]
    : [];
  return { content, history: [...first, ...turns.slice(-MOST_TURNS)] };
}

function textOf({ content }: ChatTurn): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

/** The beginning of a long text, without half a surrogate pair at its end. */
function cut(text: string): string {
  return text.length <= LONGEST_TURN ? text : text.slice(0, LONGEST_TURN).toWellFormed();
}
