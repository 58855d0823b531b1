/**
 * What an answer says when nothing that was said answers the question.
 *
 * @param transcripts how many are in scope
 */
export function nothingSaid(transcripts: number): string {
  if (transcripts === 0) return 'There is no transcript in this scope yet.';
  return `Nothing was said about this in ${transcriptsInScope(transcripts)}.`;
}

/** How a text names the transcripts in scope. */
export function transcriptsInScope(transcripts: number): string {
  return transcripts === 1 ? 'the transcript in scope' : `the ${transcripts} transcripts in scope`;
}
