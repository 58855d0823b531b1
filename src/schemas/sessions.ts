import { Type } from 'typebox';
import { DateTime, Id, StrictObject } from './common.ts';

export const Session = StrictObject({
  id: Id,
  current: Type.Boolean({ description: 'Whether this request was made with it.' }),
  createdAt: DateTime,
  lastUsedAt: DateTime,
  expiresAt: DateTime,
});
