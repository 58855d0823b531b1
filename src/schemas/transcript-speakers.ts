import { type Static, Type } from 'typebox';
import { StrictObject } from './common.ts';

const Label = Type.String({ minLength: 1, maxLength: 255, pattern: '\\S' });

export const TranscriptSpeaker = StrictObject({
  label: Type.String(),
  segmentCount: Type.Integer({ minimum: 1 }),
});

export const RenameSpeaker = StrictObject(
  { from: Label, to: Label },
  { examples: [{ from: 'SPEAKER_00', to: 'Ada' }] },
);
export type RenameSpeaker = Static<typeof RenameSpeaker>;

export const MergeSpeakers = StrictObject(
  { from: Type.Array(Label, { minItems: 1, maxItems: 100 }), into: Label },
  { examples: [{ from: ['SPEAKER_01'], into: 'SPEAKER_00' }] },
);
export type MergeSpeakers = Static<typeof MergeSpeakers>;
