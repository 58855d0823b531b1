import type { ModelTurn } from '../providers/language-models.ts';
import type { Repositories } from '../repositories/index.ts';
import type { Playhead } from '../schemas/playhead.ts';

type Row = Awaited<ReturnType<Repositories['messages']['listPath']>>[number];

/** Questions and answers that a model is told of; older ones are rarely what a question is about. */
const MOST_TURNS = 10;

/**
 * What was said on the way to a message and in it, as a model is told of it: the oldest first. What
 * is on other branches is not part of it, and, up to here, neither is what may know of later parts.
 *
 * @param playhead of the question that the history is for
 */
export async function readHistory(
  { messages }: Repositories,
  userId: string,
  messageId: string,
  playhead: Playhead | undefined,
): Promise<ModelTurn[]> {
  const rows = await messages.listPath(userId, messageId, MOST_TURNS);
  return knownAt(rows, playhead)
    .filter(({ content }) => content !== '')
    .map(({ role, content }) => ({ role, content }));
}

/** The questions that were asked up to here or earlier in the same recording, with their answers. */
function knownAt(rows: readonly Row[], playhead: Playhead | undefined): readonly Row[] {
  if (playhead?.mode !== 'upToHere') return rows;
  const known = new Set(
    rows.filter(({ metadata }) => isUpTo(metadata.playhead, playhead)).map(({ id }) => id),
  );
  return rows.filter(({ id, parentId }) => known.has(id) || known.has(parentId ?? ''));
}

function isUpTo(asked: Playhead | undefined, { transcriptId, atMs }: Playhead): boolean {
  return (
    asked?.mode === 'upToHere' &&
    asked.transcriptId.toLowerCase() === transcriptId.toLowerCase() &&
    asked.atMs <= atMs
  );
}
