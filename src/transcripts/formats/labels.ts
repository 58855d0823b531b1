import { cleanSpeaker } from '../speakers.ts';
import { eachInSteps, type Steps } from '../steps.ts';

// Generated labels are unmistakable: `SPEAKER_01: …`, `Speaker 2: …`.
const GENERATED = /^speaker[ _-]?(?:\d{1,4}|[A-Z])$/i;
// A name: at most four words that begin with a capital, or with a digit after the first.
const NAME = /^\p{Lu}[\p{L}\p{M}\p{N}.'’-]*(?: [\p{Lu}\p{N}][\p{L}\p{M}\p{N}.'’-]*){0,3}$/u;
const LONGEST_NAME = 40;

/** The part of a line in front of its first `: `, when something follows it. */
const splitLabel = (line: string): { label: string; text: string } | undefined => {
  const colon = line.slice(0, LONGEST_NAME + 2).indexOf(': ');
  const text = line.slice(colon + 2).trim();
  return colon > 0 && text !== '' ? { label: line.slice(0, colon), text } : undefined;
};

/** Finds out which labels in front of a colon are speakers; asked line by line. */
export type LabelReader = (line: string) => { speaker: string; text: string } | undefined;

/**
 * Decides which `Label: ` prefixes name a speaker. Generated labels (`SPEAKER_01`) always do; a
 * capitalised name of at most four words and 40 characters does when it is in front of at least two
 * lines. Anything else ("Warning: wet paint") stays in the text, so that nothing is lost, and a
 * writer puts the label back where it was.
 *
 * @param lines Every line that may begin with a label.
 */
export function* createLabelReader(lines: Iterable<string>): Steps<LabelReader> {
  const counts = new Map<string, number>();
  yield* eachInSteps(lines, (line) => {
    const label = splitLabel(line)?.label;
    if (label !== undefined && NAME.test(label)) counts.set(label, (counts.get(label) ?? 0) + 1);
  });
  return (line) => {
    const found = splitLabel(line);
    if (!found) return undefined;
    const { label, text } = found;
    if (!GENERATED.test(label) && (counts.get(label) ?? 0) < 2) return undefined;
    const speaker = cleanSpeaker(label);
    return speaker === null ? undefined : { speaker, text };
  };
}

/** A part of a text that one person says, or that nobody is named for. */
export type Turn = { speaker: string | null; text: string };

/** Cuts the text of one cue in front of each of its lines that begins with a speaker's label. */
export const splitTurns = (text: string, readLabel: LabelReader): Turn[] => {
  const turns: { speaker: string | null; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const labelled = readLabel(line);
    const open = turns.at(-1);
    if (labelled) turns.push({ speaker: labelled.speaker, lines: [labelled.text] });
    else if (open) open.lines.push(line);
    else turns.push({ speaker: null, lines: [line] });
  }
  return turns.map(({ speaker, lines }) => ({ speaker, text: lines.join('\n') }));
};

/** Puts the label in front of a text; the counterpart of {@link splitTurns}. */
export const labelled = (speaker: string | null, text: string): string => {
  const label = cleanSpeaker(speaker);
  return label === null ? text : `${label}: ${text}`;
};
