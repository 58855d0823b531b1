import { Type } from 'typebox';
import { DateTime, Id, Nullable, StrictObject } from './common.ts';

const Scopes = Type.Array(Type.Enum(['read', 'write', 'chat', 'admin']), {
  minItems: 1,
  maxItems: 4,
  uniqueItems: true,
});

const fields = {
  id: Id,
  name: Type.String(),
  prefix: Type.String({ description: 'How the key begins.' }),
  scopes: Scopes,
  createdAt: DateTime,
  lastUsedAt: Nullable(DateTime),
  expiresAt: Nullable(DateTime),
};

export const ApiKey = StrictObject(fields);
export const CreatedApiKey = StrictObject({
  ...fields,
  key: Type.String({ description: 'The key itself, which is shown this once.' }),
});

export const CreateApiKey = StrictObject(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    scopes: Scopes,
    expiresAt: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
  },
  { examples: [{ name: 'My chat client', scopes: ['read', 'chat'] }] },
);
