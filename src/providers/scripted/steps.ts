import type { Reply, Step } from './script.ts';

/** What is done on the wire: something is sent, nothing is for some ms, or the connection ends. */
export type Move = { send: string } | { pauseMs: number } | { reset: true };

const DEFAULT_TEXT = 'This answer was written by a script.';

const SILENCE_MS = 2 ** 31 - 1;
const PROMPT_TOKENS = 100;
const CREATED = 1_700_000_000;

/** What a reply does, event by event. */
export function* movesOf({ steps, text = DEFAULT_TEXT }: Reply, model: string): Generator<Move> {
  for (const step of steps ?? whole(text)) yield* play(step, model);
}

/** The same answer in one piece, for who wants no stream. */
export function completionOf({ steps, text = DEFAULT_TEXT }: Reply, model: string) {
  const written = (steps ?? whole(text)).map((step) => {
    if ('text' in step) return step.text;
    return 'pieces' in step ? step.pieces.join('') : '';
  });
  const message = { role: 'assistant', content: written.join('') };
  return {
    ...frame(model),
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: usageOf(PROMPT_TOKENS, written.length),
  };
}

export function usageOf(promptTokens: number, completionTokens: number) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function whole(text: string): Step[] {
  const pieces = text.match(/\s*\S+\s*/g) ?? [];
  return [
    { pieces, everyMs: 0 },
    { finish: 'stop' },
    { usage: { promptTokens: PROMPT_TOKENS, completionTokens: pieces.length } },
    { done: true },
  ];
}

function* play(step: Step, model: string): Generator<Move> {
  const chunk = (rest: object): Move => event({ ...frame(model), ...rest });
  const delta = (content: object, finish: string | null = null): Move =>
    chunk({ choices: [{ index: 0, delta: content, finish_reason: finish }] });

  if ('text' in step) yield delta({ content: step.text });
  else if ('pieces' in step) {
    for (const content of step.pieces) {
      if (step.everyMs > 0) yield { pauseMs: step.everyMs };
      yield delta({ content });
    }
  } else if ('waitMs' in step) yield { pauseMs: step.waitMs };
  else if ('silence' in step) yield { pauseMs: SILENCE_MS };
  else if ('refusal' in step) yield delta({ refusal: step.refusal });
  else if ('toolCall' in step) {
    const call = { index: 0, id: 'call_1', type: 'function', function: step.toolCall };
    yield delta({ tool_calls: [call] });
  } else if ('finish' in step) yield delta({}, step.finish);
  else if ('usage' in step) {
    const { promptTokens, completionTokens } = step.usage;
    yield chunk({ choices: [], usage: usageOf(promptTokens, completionTokens) });
  } else if ('error' in step) yield event({ error: { message: step.error, type: 'server_error' } });
  else if ('raw' in step) yield { send: step.raw };
  else if ('lineBytes' in step) yield { send: `data: ${'x'.repeat(step.lineBytes)}\n\n` };
  else if ('done' in step) yield { send: 'data: [DONE]\n\n' };
  else yield { reset: true };
}

function frame(model: string) {
  return { id: 'chatcmpl-scripted', object: 'chat.completion.chunk', created: CREATED, model };
}

const event = (data: object): Move => ({ send: `data: ${JSON.stringify(data)}\n\n` });
