import { type Static, Type } from 'typebox';
import { Nullable, StrictObject } from './common.ts';

const Input = Type.String({ minLength: 1 });

export const EmbeddingsRequest = StrictObject(
  {
    input: Type.Union([Input, Type.Array(Input, { minItems: 1, maxItems: 2_048 })], {
      description:
        'Texts of at most 8,192 tokens and 131,072 characters each, 300,000 tokens together; no lists of tokens.',
    }),
    model: Type.String({
      minLength: 1,
      maxLength: 255,
      description: '`parley`, or the name of the embedding model that is in use.',
    }),
    encoding_format: Type.Optional(
      Type.Unsafe<'float' | 'base64' | null>({
        type: ['string', 'null'],
        enum: ['float', 'base64', null],
        default: 'float',
        description: '`base64`: of the numbers as 32-bit floats, little-endian.',
      }),
    ),
    dimensions: Type.Optional(
      Nullable(Type.Integer({ minimum: 1, description: 'Only the number that the model has.' })),
    ),
    user: Type.Optional(Nullable(Type.String({ description: 'Taken and ignored.' }))),
  },
  { examples: [{ model: 'parley', input: 'hunting cog' }] },
);
export type EmbeddingsRequest = Static<typeof EmbeddingsRequest>;

export const EmbeddingsResponse = StrictObject({
  object: Type.Enum(['list']),
  data: Type.Array(
    StrictObject({
      object: Type.Enum(['embedding']),
      index: Type.Integer({ minimum: 0 }),
      // Not a union: the serializer would check two million numbers against it.
      embedding: Type.Unsafe<number[] | string>({
        type: ['array', 'string'],
        items: { type: 'number' },
      }),
    }),
  ),
  model: Type.String(),
  usage: StrictObject({
    prompt_tokens: Type.Integer({ minimum: 0 }),
    total_tokens: Type.Integer({ minimum: 0 }),
  }),
});
export type EmbeddingsResponse = Static<typeof EmbeddingsResponse>;
