import { type Static, Type } from 'typebox';
import { StrictObject } from './common.ts';

/** What a client may name as its model: everything that the caller has, or one transcript. */
export const OpenAiModel = StrictObject({
  id: Type.String(),
  object: Type.Enum(['model']),
  created: Type.Integer({ description: 'Seconds since 1970.' }),
  owned_by: Type.Enum(['parley']),
  name: Type.String({ description: 'For people to choose by; OpenAI has none.' }),
});
export type OpenAiModel = Static<typeof OpenAiModel>;

export const OpenAiModelList = StrictObject({
  object: Type.Enum(['list']),
  data: Type.Array(OpenAiModel),
});
export type OpenAiModelList = Static<typeof OpenAiModelList>;

export const OpenAiModelParams = StrictObject({
  model: Type.String({ minLength: 1, maxLength: 200 }),
});
