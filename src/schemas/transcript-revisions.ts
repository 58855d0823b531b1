import { Type } from 'typebox';
import { DateTime, Id, Nullable, StrictObject } from './common.ts';
import { Receipt, TrackKind } from './receipts.ts';

export const TranscriptRevision = StrictObject({
  id: Id,
  number: Type.Integer({ minimum: 1 }),
  format: Type.String(),
  language: Nullable(Type.String()),
  trackKind: TrackKind,
  madeBy: Type.Enum(['import', 'fetch', 'edit']),
  baseNumber: Nullable(
    Type.Integer({ minimum: 1, description: 'The revision that was corrected.' }),
  ),
  contentHash: Type.String(),
  receipt: Receipt,
  createdAt: DateTime,
});
