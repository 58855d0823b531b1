import { type Static, type TSchema, Type } from 'typebox';
import { Nullable, StrictObject } from './common.ts';
import { Scope } from './scope.ts';

/** Clients send null for what they do not set. */
const optional = <T extends TSchema>(schema: T) => Type.Optional(Nullable(schema));

/** A parameter of which one value is done, and the others would change what the answer is. */
const only = <T extends number | boolean>(type: 'integer' | 'boolean', value: T) =>
  Type.Optional(Type.Unsafe<T | null>({ type: [type, 'null'], enum: [value, null] }));

/** Clients that set nothing send null; a value would ask for what there is none of. */
const Unset = Type.Optional(Type.Null());

const Ignored = (schema: TSchema) => optional({ ...schema, description: 'Taken and ignored.' });

/** What else an object holds does not matter. */
const Anything = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
});

const TextPart = StrictObject({ type: Type.Enum(['text']), text: Type.String() });

/** A message, also one that came from here and is sent back. */
const ChatTurn = StrictObject({
  role: Type.Enum(['system', 'developer', 'user', 'assistant']),
  content: Type.Union([Type.String(), Type.Array(TextPart, { minItems: 1, maxItems: 100 })]),
  name: Ignored(Type.String()),
  refusal: Ignored(Type.String()),
  annotations: Ignored(Type.Array(Anything)),
  audio: Unset,
  function_call: Unset,
  tool_calls: Unset,
});
export type ChatTurn = Static<typeof ChatTurn>;

/** What OpenAI has no parameter for. Its own metadata holds texts, so texts are taken as well. */
const ChatMetadata = StrictObject({
  scope: optional(
    Type.Union([Scope, Type.String({ description: 'The same object as JSON text.' })]),
  ),
  model: optional(
    Type.String({ minLength: 1, maxLength: 255, description: 'One that `GET /v1/models` lists.' }),
  ),
  strictCitations: optional(
    Type.Union([Type.Boolean(), Type.Enum(['true', 'false'])], {
      description: 'Leave out what nothing that was said supports.',
    }),
  ),
});

const Stop = Type.String({ minLength: 1, maxLength: 256 });
const MaxTokens = optional(Type.Integer({ minimum: 1, maximum: 1_000_000 }));
const Penalty = Ignored(Type.Number({ minimum: -2, maximum: 2 }));

export const ChatCompletionRequest = StrictObject(
  {
    model: Type.String({
      minLength: 1,
      maxLength: 8_000,
      description:
        '`parley`, or `parley:` with ids of transcripts or `youtube:` and the id of a video, separated by commas.',
    }),
    messages: Type.Array(ChatTurn, {
      minItems: 1,
      maxItems: 2_000,
      description: 'The last one that is not an instruction is the question.',
    }),
    metadata: optional(ChatMetadata),
    stream: optional(Type.Boolean()),
    stream_options: optional(
      StrictObject({
        include_usage: optional(Type.Boolean()),
        include_obfuscation: Ignored(Type.Boolean()),
      }),
    ),
    stop: Type.Optional(
      Type.Union([Stop, Type.Array(Stop, { maxItems: 4 }), Type.Null()], {
        description: 'The text up to the first of these is sent. None of them spans a citation.',
      }),
    ),
    max_tokens: MaxTokens,
    max_completion_tokens: MaxTokens,
    n: only('integer', 1),
    logprobs: only('boolean', false),
    top_logprobs: only('integer', 0),
    logit_bias: optional(Type.Object({}, { additionalProperties: false })),
    prediction: Unset,
    audio: Unset,
    web_search_options: Unset,
    store: only('boolean', false),
    response_format: optional(StrictObject({ type: Type.Enum(['text']) })),
    modalities: optional(Type.Array(Type.Enum(['text']), { maxItems: 1 })),
    tools: optional(
      Type.Array(Anything, { maxItems: 128, description: 'Taken, and never called.' }),
    ),
    tool_choice: optional(Type.Enum(['none', 'auto'])),
    functions: optional(Type.Array(Anything, { maxItems: 0 })),
    function_call: optional(Type.Enum(['none', 'auto'])),
    parallel_tool_calls: Ignored(Type.Boolean()),
    temperature: Ignored(Type.Number({ minimum: 0, maximum: 2 })),
    top_p: Ignored(Type.Number({ minimum: 0, maximum: 1 })),
    frequency_penalty: Penalty,
    presence_penalty: Penalty,
    seed: Ignored(Type.Integer()),
    user: Ignored(Type.String()),
    safety_identifier: Ignored(Type.String()),
    prompt_cache_key: Ignored(Type.String()),
    prompt_cache_retention: Ignored(Type.String()),
    reasoning_effort: Ignored(Type.String()),
    verbosity: Ignored(Type.String()),
    service_tier: Ignored(Type.String()),
  },
  { examples: [{ model: 'parley', messages: [{ role: 'user', content: 'Why did it stall?' }] }] },
);
export type ChatCompletionRequest = Static<typeof ChatCompletionRequest>;
