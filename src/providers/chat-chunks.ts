import type { EventSourceMessage } from 'eventsource-parser';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { TokenCount } from './counted-tokens.ts';
import type { ModelEnd } from './language-models.ts';
import { modelFailed, ProviderFault, tellFault } from './model-errors.ts';

const orNull = <T extends Parameters<typeof Type.Optional>[0]>(type: T) =>
  Type.Optional(Type.Union([type, Type.Null()]));

const Choice = Type.Object({
  delta: orNull(Type.Object({ content: orNull(Type.String()), refusal: orNull(Type.String()) })),
  finish_reason: orNull(Type.String()),
});
const Usage = Type.Object({ prompt_tokens: TokenCount, completion_tokens: TokenCount });

/** What we read of a chunk. Tool calls, reasoning and whatever else it holds is passed over. */
const Chunk = Type.Object({
  choices: orNull(Type.Array(Choice)),
  usage: Type.Optional(Type.Unknown()),
  error: Type.Optional(Type.Unknown()),
});
const chunks = Compile(Chunk);
const usages = Compile(Usage);
const errorCodes = Compile(Type.Object({ code: Type.Integer({ minimum: 400, maximum: 599 }) }));

/** What one event of a stream says. */
type ChatChunk = {
  text: string;
  finishReason: ModelEnd['finishReason'] | undefined;
  /** Undefined where nobody counted, or what was counted cannot be. */
  usage: Static<typeof Usage> | undefined;
};

/**
 * Reads a chunk of a streamed chat completion
 * (https://platform.openai.com/docs/api-reference/chat-streaming).
 *
 * @throws AppError `model_failed` on what is no chunk; this or `model_unavailable` on an error
 */
export function readChunk({ data, event }: EventSourceMessage): ChatChunk {
  const chunk = parse(data);
  if (!chunks.Check(chunk)) throw modelFailed(`an event that is no chunk: ${data.slice(0, 500)}`);
  if (chunk.error || event === 'error') throw errorIn(chunk.error, data);
  const [choice] = chunk.choices ?? [];
  const { content, refusal } = choice?.delta ?? {};
  return {
    text: content || refusal || '',
    finishReason: refusal ? 'content_filter' : readFinish(choice?.finish_reason, data),
    usage: usages.Check(chunk.usage) ? chunk.usage : undefined,
  };
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw modelFailed(`an event that is not JSON: ${data.slice(0, 500)}`, cause);
  }
}

/** Some say in the stream what others say by the status. */
function errorIn(error: unknown, data: string) {
  const said = `an error in the stream: ${data.slice(0, 2_000)}`;
  if (!errorCodes.Check(error)) return modelFailed(said);
  return tellFault(new ProviderFault(said, { status: error.code }));
}

function readFinish(reason: string | null | undefined, data: string): ChatChunk['finishReason'] {
  if (!reason) return undefined;
  if (reason === 'error') throw modelFailed(`it ended with an error: ${data.slice(0, 500)}`);
  if (reason === 'length' || reason === 'content_filter') return reason;
  return 'stop';
}
