import { AppError } from '../errors.ts';
import type { ModelPurpose } from '../model-calls/caller.ts';
import type { ModelCalls } from '../model-calls/model-calls.ts';
import type { LanguageModel, ModelTurn } from '../providers/language-models.ts';
import { countTokens } from '../transcripts/tokens.ts';
import type { AnswerUsage, Question } from './answerer.ts';

export type ModelWriter = ReturnType<typeof createModelWriter>;

/** What stands for the rest of an answer that was longer than it may be. */
const CUT = ' […]';

/** A model that writes on and on is stopped here, in UTF-16 code units. */
const LONGEST_TEXT = 100_000;

type Asked = Pick<Question, 'userId' | 'messageId' | 'signal' | 'onPrompt'>;

/** Asks a model, as often as an answer needs, and adds up what that costs. */
export function createModelWriter(
  modelCalls: Pick<ModelCalls, 'generate'>,
  model: LanguageModel,
  { userId, messageId, signal, onPrompt }: Asked,
) {
  const total = { promptTokens: 0, completionTokens: 0 };
  let cut = false;
  return {
    write,
    usage: (): AnswerUsage => ({ ...total }),
    /** Whether the text that was written last would have gone on. */
    isCut: () => cut,
    signal,
  };

  /**
   * Writes text, piece by piece.
   *
   * @throws AppError `model_failed` when the model writes nothing or is kept from it, also in the
   *   middle of the text; what the provider throws
   */
  async function* write(
    purpose: ModelPurpose,
    turns: readonly ModelTurn[],
    maxTokens: number,
    ends: AbortSignal = signal,
  ): AsyncGenerator<string, void> {
    onPrompt?.(turns);
    const caller = { userId, purpose, messageId };
    const pieces = modelCalls.generate(model, caller, { turns, maxTokens, signal: ends });
    const written: string[] = [];
    let length = 0;
    cut = false;
    try {
      let next = await pieces.next();
      for (; !next.done; next = await pieces.next()) {
        // A model may begin with line ends; an answer does not.
        const text = length > 0 ? next.value : next.value.trimStart();
        if (text === '') continue;
        length += text.length;
        written.push(text);
        yield text;
        if (length > LONGEST_TEXT) {
          // The provider tells what it cost only at the end.
          total.promptTokens += turns.reduce((sum, { content }) => sum + countTokens(content), 0);
          total.completionTokens += written.reduce((sum, piece) => sum + countTokens(piece), 0);
          cut = true;
          yield CUT;
          return;
        }
      }
      const { finishReason, promptTokens, completionTokens } = next.value;
      total.promptTokens += promptTokens;
      total.completionTokens += completionTokens;
      if (finishReason === 'content_filter') {
        throw new AppError('model_failed', 'The model’s provider held the answer back.');
      }
      if (length === 0) throw new AppError('model_failed', 'The model wrote nothing.');
      if (finishReason === 'length') {
        cut = true;
        yield CUT;
      }
    } finally {
      // Whoever stops listening ends the provider's request too.
      await pieces.return({ finishReason: 'stop', promptTokens: 0, completionTokens: 0 });
    }
  }
}
