import { OPENAI_COMPATIBLE } from '../providers/openai-embeddings.ts';
import { type CallRecords, describeFailure } from './records.ts';
import { roughTokens } from './rough-tokens.ts';

/** What can tell the length of a model's vectors. */
type Measuring = { measure(name: string, signal?: AbortSignal): Promise<number> };

/**
 * Asks an endpoint how long the vectors of a model are, for the operator, and records that.
 *
 * @throws what `measure` throws
 */
export async function measureRecorded(
  records: CallRecords,
  embeddings: Measuring,
  name: string,
  signal?: AbortSignal,
): Promise<number> {
  const promptTokens = roughTokens([name]);
  const about = { provider: OPENAI_COMPATIBLE, model: name, promptTokens };
  const call = await records.begin({ userId: null, purpose: 'measurement' }, undefined, about);
  try {
    const length = await embeddings.measure(name, signal);
    await call.end({ finishReason: 'stop', promptTokens, completionTokens: 0 });
    return length;
  } catch (error) {
    const failure = describeFailure(error);
    await call.end({ finishReason: null, promptTokens: null, completionTokens: 0, failure });
    throw error;
  }
}
