import { type Static, Type } from 'typebox';
import { StrictObject } from './common.ts';

export const ListedModel = StrictObject(
  {
    id: Type.String({ description: 'As `model` of a question names it.' }),
    kind: Type.Enum(['language', 'embedding'], {
      description: 'Whether it writes answers or makes vectors for searches.',
    }),
    provider: Type.String({
      description: '`extractive` quotes, and `hash` compares words and spellings, without a model.',
    }),
    default: Type.Boolean({ description: 'Whether it is used where none is named.' }),
  },
  { $id: 'ListedModel' },
);
export type ListedModel = Static<typeof ListedModel>;

export const ModelList = StrictObject({ data: Type.Array(ListedModel) });
