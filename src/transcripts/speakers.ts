/** The longest speaker label that is stored, in UTF-16 units (the limit of the segment schema). */
export const MAX_SPEAKER_LENGTH = 255;

/**
 * A speaker label as it is stored: on one line, trimmed, at most 255 UTF-16 units, never cut inside
 * a surrogate pair; null when nothing is left.
 */
export const cleanSpeaker = (label: string | null | undefined): string | null => {
  const trimmed = (label ?? '').replace(/\s+/g, ' ').trim();
  if (trimmed.length <= MAX_SPEAKER_LENGTH) return trimmed === '' ? null : trimmed;
  const cut = trimmed.slice(0, MAX_SPEAKER_LENGTH);
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)).trim();
};
