import type { ImportWarning } from '../schemas/receipts.ts';

/** The catalogue of stable warning codes: what an import changed, left out or noticed. */
const WARNINGS = {
  empty_cue: 'cues without text were dropped',
  low_confidence: 'segments may be misheard; they were kept and are marked',
  out_of_order: 'cues started before the one in front of them and were sorted by time',
  overlap_clipped: 'cues ended after the start of the next one, and now end there',
  overlapping: 'cues start before the one in front of them ends; their times were kept',
  repeated_caption: 'captions only repeated the one in front of them and were dropped',
  rolling_cue_dropped: 'cues only held or repeated what the one in front of them shows; dropped',
  rolling_repeat_cut: 'cues began with what the one in front of them shows; that part was cut off',
  text_after_blank_line: 'blank lines stood inside the text of a cue; the text was kept',
  text_outside_cue: 'blocks without a time range were left out',
  timestamps_ignored: 'leading timestamps run backwards and were kept as text',
  word_times_repaired: 'words had no usable times of their own and were given their neighbour’s',
  word_times_ignored: 'times of words lie outside of their cue or run backwards and were left out',
  words_out_of_order: 'words started before the one in front of them; their times were kept',
  words_dropped:
    'words were too long, or too many, to be kept with their own times; their text was kept',
} as const;

export type WarningCode = keyof typeof WARNINGS;

/** Counts warnings by code and remembers the first line of each. */
export const createWarnings = () => {
  const byCode = new Map<WarningCode, ImportWarning>();
  return {
    /** Counts one occurrence; `line` counts from 1, or is null where the input has no lines. */
    add(code: WarningCode, line: number | null): void {
      const known = byCode.get(code);
      if (known) known.count += 1;
      else byCode.set(code, { code, message: WARNINGS[code], count: 1, line });
    },
    /** How often a code occurred. */
    count: (code: WarningCode): number => byCode.get(code)?.count ?? 0,
    /** One entry per code, in the order in which the codes first occurred. */
    list: (): ImportWarning[] => [...byCode.values()],
  };
};

export type Warnings = ReturnType<typeof createWarnings>;
