import type { ModelCalls } from '../model-calls/model-calls.ts';

/** What a handler needs that asks models: calls that are linked to the attempt, and end with it. */
export type CallsOfRun = { modelCalls: Pick<ModelCalls, 'ofRun'> };
