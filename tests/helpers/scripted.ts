import type { Answerer, AnswerUsage, Question } from '../../src/chat/answerer.ts';

/** An answerer that says what a test tells it to, and remembers what it was asked. */
export function createScripted() {
  const state = {
    asked: [] as Question[],
    /** How often it was ended, whichever way. */
    ended: 0,
    script: async function* (_question: Question): AsyncGenerator<string> {
      yield '';
    },
  };
  const usage: AnswerUsage = { promptTokens: 11, completionTokens: 7 };
  const answerer: Answerer = {
    name: 'scripted',
    async *answer(question) {
      state.asked.push(question);
      try {
        yield* state.script(question);
        return usage;
      } finally {
        state.ended += 1;
      }
    },
  };
  return {
    answerer,
    state,
    /** Says these pieces from now on. */
    says(...pieces: string[]): void {
      state.script = async function* () {
        yield* pieces;
      };
    },
    /** Says some, and then nothing until its signal is aborted. */
    saysAndWaits(...pieces: string[]): void {
      state.script = async function* ({ signal }) {
        yield* pieces;
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      };
    },
  };
}
