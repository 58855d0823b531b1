import { AppError } from '../errors.ts';
import type { LanguageModel, ModelEnd, ModelRequest } from '../providers/language-models.ts';
import type { CallingRun, ModelCaller } from './caller.ts';
import { type CallOutcome, type CallRecords, describeFailure } from './records.ts';
import { roughTokens } from './rough-tokens.ts';

/**
 * Has a language model write, as its `generate` does, and records that.
 *
 * @throws as `generate` does; AppError `quota_exceeded`; whatever keeps the request from being stored
 */
export async function* recordGeneration(
  records: CallRecords,
  run: CallingRun | undefined,
  model: LanguageModel,
  caller: ModelCaller,
  request: ModelRequest,
): AsyncGenerator<string, ModelEnd> {
  const signal = run ? AbortSignal.any([run.signal, request.signal]) : request.signal;
  const { turns, maxTokens } = request;
  const promptTokens = roughTokens(turns.map(({ content }) => content));
  const call = await records.begin(caller, run, {
    ...{ provider: model.provider, model: model.id, promptTokens },
    request: { messages: turns, maxTokens },
  });
  const written: string[] = [];
  // Whoever stops listening in the middle comes back no more.
  let end: () => CallOutcome = cancelled;
  const pieces = model.generate({ ...request, signal });
  try {
    let next = await pieces.next();
    for (; !next.done; next = await pieces.next()) {
      written.push(next.value);
      yield next.value;
    }
    const { value } = next;
    end = () => ({ ...value, response: { content: written.join('') } });
    return value;
  } catch (error) {
    if (!signal.aborted) end = () => ({ ...cut(null), failure: describeFailure(error) });
    else if (signal.reason instanceof AppError) {
      end = () => ({ ...cancelled(), failure: describeFailure(signal.reason) });
    }
    throw error;
  } finally {
    await pieces.return({ finishReason: 'stop', promptTokens: 0, completionTokens: 0 });
    await call.end(end());
  }

  function cancelled(): CallOutcome {
    return cut('cancelled');
  }

  /** Of an answer without its end nobody tells what it cost. */
  function cut(finishReason: string | null): CallOutcome {
    const hasBegun = written.length > 0;
    return {
      finishReason,
      promptTokens: hasBegun ? promptTokens : null,
      completionTokens: roughTokens(written),
      response: hasBegun ? { content: written.join('') } : undefined,
    };
  }
}
