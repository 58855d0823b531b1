import { Type } from 'typebox';
import { Id, Nullable, StrictObject } from './common.ts';

export const Chunk = StrictObject({
  id: Id,
  transcriptId: Id,
  chunkIndex: Type.Integer({ minimum: 0 }),
  chunkText: Type.String(),
  tokenCount: Type.Integer({ minimum: 0, description: 'In o200k_base.' }),
  startMs: Nullable(Type.Integer({ minimum: 0 })),
  endMs: Nullable(Type.Integer({ minimum: 0 })),
  firstSegment: Type.Integer({ minimum: 0 }),
  lastSegment: Type.Integer({ minimum: 0 }),
});
