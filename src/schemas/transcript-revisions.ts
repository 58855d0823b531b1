import { Type } from 'typebox';
import { DateTime, Id, Nullable, StrictObject } from './common.ts';
import { Receipt } from './receipts.ts';

export const TranscriptRevision = StrictObject({
  id: Id,
  number: Type.Integer({ minimum: 1 }),
  format: Type.String(),
  language: Nullable(Type.String()),
  trackKind: Type.Enum(['manual', 'asr', 'translated', 'unknown']),
  contentHash: Type.String(),
  receipt: Receipt,
  createdAt: DateTime,
});
