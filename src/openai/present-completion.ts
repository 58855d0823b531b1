import type {
  ChatCompletion,
  ChatCompletionChunk,
  CompletionUsage,
} from '../schemas/openai-completions.ts';
import type { CompletionResult, PendingCompletion } from './complete.ts';
import { passOn } from './pass-on.ts';

/** A completion as a whole, when it is done. */
export async function presentCompletion({
  text,
  ...pending
}: PendingCompletion): Promise<ChatCompletion> {
  let next = await text.next();
  while (!next.done) next = await text.next();
  const { content, annotations, finishReason, usage } = next.value;
  return {
    ...pending,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null, annotations },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    usage,
  };
}

/**
 * A completion in chunks, while it is being written. All annotations come in one delta behind the
 * text: OpenAI's own client keeps only what the last delta has of them.
 *
 * @param includeUsage adds a last chunk with the usage, and `usage: null` to the others
 */
export async function* presentChunks(
  { text, ...pending }: PendingCompletion,
  includeUsage: boolean,
): AsyncGenerator<ChatCompletionChunk, void> {
  type Choice = ChatCompletionChunk['choices'][number];
  const chunk = (choices: Choice[], usage: CompletionUsage | null = null): ChatCompletionChunk => ({
    ...pending,
    object: 'chat.completion.chunk',
    choices,
    ...(includeUsage ? { usage } : {}),
  });
  const delta = (piece: Choice['delta'], finish_reason: Choice['finish_reason'] = null) =>
    chunk([{ index: 0, delta: piece, logprobs: null, finish_reason }]);

  let end: CompletionResult | undefined;
  let isFirst = true;
  for await (const content of passOn(text, (whole) => {
    end = whole;
  })) {
    yield delta(isFirst ? { role: 'assistant', content, refusal: null } : { content });
    isFirst = false;
  }
  if (!end) return;
  if (end.annotations.length > 0) yield delta({ annotations: end.annotations });
  yield delta({}, end.finishReason);
  if (includeUsage) yield chunk([], end.usage);
}
