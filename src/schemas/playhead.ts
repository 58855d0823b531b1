import { type Static, Type } from 'typebox';
import { Id, Milliseconds, StrictObject } from './common.ts';

/**
 * Where in a recording the caller is. Without a scope of its own the question is about that
 * transcript alone.
 */
export const Playhead = StrictObject({
  transcriptId: Id,
  atMs: Milliseconds,
  mode: Type.Enum(['nearby', 'upToHere'], {
    description:
      '`nearby` looks at what is said around the moment first; in a search, a hit within a minute of it counts up to twice as much. `upToHere` knows nothing that is said later in that transcript.',
  }),
});
export type Playhead = Static<typeof Playhead>;
