import { type Static, Type } from 'typebox';
import { Id, Milliseconds, StrictObject } from './common.ts';

/** Where in a recording the caller is. */
export const Playhead = StrictObject({
  transcriptId: Id,
  atMs: Milliseconds,
  mode: Type.Enum(['nearby', 'upToHere'], {
    description:
      '`nearby` looks at what is said around the moment first; `upToHere` knows nothing that is said later.',
  }),
});
export type Playhead = Static<typeof Playhead>;
