import { type Static, Type } from 'typebox';
import { Nullable, StrictObject } from './common.ts';

/** A moment that is cited, and where in the content its marker stands. */
export const UrlCitation = StrictObject({
  type: Type.Enum(['url_citation']),
  url_citation: StrictObject({
    start_index: Type.Integer({
      minimum: 0,
      description: 'Where the marker begins in the content, in UTF-16 code units.',
    }),
    end_index: Type.Integer({ minimum: 0, description: 'Behind its last one.' }),
    title: Type.String(),
    url: Type.String({
      description: 'The moment in the video; without a video, the transcript in this API.',
    }),
  }),
});
export type UrlCitation = Static<typeof UrlCitation>;

export const CompletionUsage = StrictObject({
  prompt_tokens: Type.Integer({ minimum: 0 }),
  completion_tokens: Type.Integer({ minimum: 0 }),
  total_tokens: Type.Integer({ minimum: 0 }),
});
export type CompletionUsage = Static<typeof CompletionUsage>;

const FinishReason = Type.Enum(['stop', 'length']);
export type FinishReason = Static<typeof FinishReason>;

const shared = {
  id: Type.String(),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  model: Type.String(),
};

export const ChatCompletion = StrictObject({
  ...shared,
  object: Type.Enum(['chat.completion']),
  choices: Type.Array(
    StrictObject({
      index: Type.Integer({ minimum: 0 }),
      message: StrictObject({
        role: Type.Enum(['assistant']),
        content: Type.String(),
        refusal: Type.Null(),
        annotations: Type.Array(UrlCitation),
      }),
      logprobs: Type.Null(),
      finish_reason: FinishReason,
    }),
  ),
  usage: CompletionUsage,
});
export type ChatCompletion = Static<typeof ChatCompletion>;

/** A piece of a completion. Its annotations come together, in the last delta that holds anything. */
export const ChatCompletionChunk = StrictObject({
  ...shared,
  object: Type.Enum(['chat.completion.chunk']),
  choices: Type.Array(
    StrictObject({
      index: Type.Integer({ minimum: 0 }),
      delta: StrictObject({
        role: Type.Optional(Type.Enum(['assistant'])),
        content: Type.Optional(Type.String()),
        refusal: Type.Optional(Type.Null()),
        annotations: Type.Optional(Type.Array(UrlCitation)),
      }),
      logprobs: Type.Null(),
      finish_reason: Type.Unsafe<FinishReason | null>({
        type: ['string', 'null'],
        enum: ['stop', 'length', null],
      }),
    }),
  ),
  usage: Type.Optional(Nullable(CompletionUsage)),
});
export type ChatCompletionChunk = Static<typeof ChatCompletionChunk>;

/** The stream of a completion, as one text. */
export const ChatCompletionStream = Type.String({
  description:
    'Server-sent events: `data:` with a chunk, at last `data: [DONE]`, or else `data:` with an `OpenAiError`.',
  contentMediaType: 'text/event-stream',
  contentSchema: ChatCompletionChunk,
});
