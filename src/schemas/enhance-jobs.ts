import { Type } from 'typebox';
import { Id, StrictObject } from './common.ts';

/** A transcript whose text a language model is to correct. */
export const EnhanceTranscript = StrictObject(
  {
    transcriptId: Id,
    model: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'One of the language models of `GET /v1/models`. Default: the first one.',
      }),
    ),
  },
  { examples: [{ transcriptId: '6f1c0a52-8d3b-4f0e-9b7a-2f4c5d6e7f80' }] },
);
