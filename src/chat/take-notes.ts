import { fence } from '../model-calls/fence.ts';
import type { Question } from './answerer.ts';
import type { ModelWriter } from './model-writer.ts';
import type { CitablePassage } from './passages.ts';
import { showPassage } from './prompt-passages.ts';
import { NOTES } from './prompts.ts';

/** Parts that are read at the same time. */
const AT_ONCE = 3;

/** What a model writes of a part that holds nothing for the answer. */
const NOTHING = /^\W*nothing\W*$/i;

/**
 * Has notes taken of each part, for an answer that is written from them.
 *
 * @param maxTokens the longest notes of a part
 * @returns the notes in the order of the parts; empty when no part holds anything
 * @throws what the first part that fails throws; the other requests are over then
 */
export async function takeNotes(
  writer: ModelWriter,
  { content, signal }: Pick<Question, 'content' | 'signal'>,
  parts: readonly (readonly CitablePassage[])[],
  key: string,
  maxTokens: number,
): Promise<string> {
  const over = new AbortController();
  const ends = AbortSignal.any([signal, over.signal]);
  const notes: string[] = [];
  const waiting = [...parts.entries()].values();
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, readParts));
  } catch (error) {
    over.abort();
    throw error;
  }
  return notes.filter((note) => note !== '').join('\n\n');

  async function readParts(): Promise<void> {
    for (const [index, part] of waiting) {
      ends.throwIfAborted();
      const data = fence('PASSAGES', key, part.map(showPassage).join('\n\n'));
      const turns = [
        { role: 'system' as const, content: NOTES },
        { role: 'user' as const, content: `${data}\n\nThe question: ${content}` },
      ];
      let note = '';
      for await (const piece of writer.write('notes', turns, maxTokens, ends)) note += piece;
      notes[index] = NOTHING.test(note) ? '' : note.trim();
    }
  }
}
