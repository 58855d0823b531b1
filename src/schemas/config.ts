import { type Static, Type } from 'typebox';
import { DateTime, Nullable, StrictObject } from './common.ts';

const Key = Type.String({ pattern: '^[A-Za-z0-9._-]{1,100}$' });

export const ConfigEntry = StrictObject(
  {
    key: Type.String(),
    value: Type.Unknown(),
    description: Nullable(Type.String()),
    updatedAt: DateTime,
  },
  { $id: 'ConfigEntry' },
);
export type ConfigEntry = Static<typeof ConfigEntry>;

export const ConfigParams = StrictObject({ key: Key });

export const SetConfig = StrictObject(
  {
    value: Type.Unknown({ description: 'Any JSON but null.', not: { type: 'null' } }),
    description: Type.Optional(Nullable(Type.String({ maxLength: 2_000 }))),
  },
  { examples: [{ value: { greeting: 'Welcome' }, description: 'Shown by the chat client.' }] },
);
