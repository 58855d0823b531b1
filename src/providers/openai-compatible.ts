import { setImmediate } from 'node:timers/promises';
import { readChunk } from './chat-chunks.ts';
import type { LanguageModel, ModelEnd, ModelRequest, ModelTurn } from './language-models.ts';
import type { ModelClient } from './model-client.ts';
import { modelFailed } from './model-errors.ts';
import { readEvents } from './model-events.ts';

export type OpenAiCompatibleOptions = {
  client: ModelClient;
  /** The model, as the provider names it, and as callers do. */
  id: string;
  /** Tokens of a request and its answer together. */
  contextTokens: number;
  /** Tokens of an answer, at most, whatever is asked for. */
  maxOutputTokens: number;
  /** The setting that limits an answer: OpenAI's newer models refuse the older one. */
  limitedBy: 'max_tokens' | 'max_completion_tokens';
  /** Estimates what a provider does not count. */
  countTokens: (text: string) => number;
};

/** Characters whose tokens are counted before others have their turn: about 1 ms. */
const COUNTED_AT_ONCE = 4_096;

/**
 * A language model behind the chat completions of OpenAI's protocol: Ollama, llama.cpp, vLLM and
 * the hosted ones. A stream counts as ended once the model said why it ended or the server sent
 * `[DONE]`; one that just stops is a failure.
 */
export function createOpenAiCompatibleModel(options: OpenAiCompatibleOptions): LanguageModel {
  const { client, id, contextTokens, maxOutputTokens, countTokens } = options;
  return { id, provider: 'openai-compatible', contextTokens, generate };

  async function* generate(request: ModelRequest): AsyncGenerator<string, ModelEnd> {
    const bytes = client.stream('/chat/completions', bodyOf(request), request.signal);
    const written: string[] = [];
    let finishReason: ModelEnd['finishReason'] | undefined;
    let usage: ReturnType<typeof readChunk>['usage'];
    let done = false;
    for await (const event of readEvents(bytes)) {
      done = event.data === '[DONE]';
      if (done) break;
      const chunk = readChunk(event);
      if (chunk.finishReason && finishReason !== 'content_filter') {
        ({ finishReason } = chunk);
      }
      usage = chunk.usage ?? usage;
      if (chunk.text === '') continue;
      written.push(chunk.text);
      yield chunk.text;
    }
    if (!finishReason && !done) throw modelFailed('a stream that just stops');
    finishReason ??= 'stop';
    if (finishReason === 'stop' && written.length === 0) {
      throw modelFailed('an answer without text');
    }
    return {
      finishReason,
      promptTokens: usage?.prompt_tokens ?? (await estimate(request.turns.map(contentOf))),
      completionTokens: usage?.completion_tokens ?? (await estimate([written.join('')])),
    };
  }

  function bodyOf({ turns, maxTokens }: ModelRequest): object {
    return {
      model: id,
      messages: turns,
      [options.limitedBy]: Math.min(maxTokens, maxOutputTokens),
      stream: true,
      stream_options: { include_usage: true },
    };
  }

  async function estimate(texts: string[]): Promise<number> {
    let tokens = 0;
    for (const text of texts) {
      for (let at = 0; at < text.length; at += COUNTED_AT_ONCE) {
        tokens += countTokens(text.slice(at, at + COUNTED_AT_ONCE));
        await setImmediate();
      }
    }
    return tokens;
  }
}

const contentOf = ({ content }: ModelTurn) => content;
