import type { LanguageModel } from '../providers/language-models.ts';
import type { Answerer } from './answerer.ts';

/** Stands for the one that is being built on another branch: the model is given the passages. */
export function createModelAnswerer(model: LanguageModel): Answerer {
  return {
    name: model.id,
    async *answer({ content, history, passages, signal }) {
      const found = passages.map(({ id, segments }) => {
        return `[${id}] ${segments.map(({ text }) => text).join(' ')}`;
      });
      const system = `Answer from these passages, and cite their ids:\n${found.join('\n')}`;
      const turns = [
        { role: 'system' as const, content: system },
        ...history,
        { role: 'user' as const, content },
      ];
      const end = yield* model.generate({ turns, maxTokens: 1_024, signal });
      return { promptTokens: end.promptTokens, completionTokens: end.completionTokens };
    },
  };
}
