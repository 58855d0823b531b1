import { passageText } from './moments.ts';
import type { CitablePassage } from './passages.ts';

/** A sentence of a passage; `from` and `to` are offsets in the passage's text. */
export type Sentence = {
  passage: CitablePassage;
  text: string;
  from: number;
  to: number;
  speaker: string | null;
};

/** Auto-captions have no full stops: without this a "sentence" would be the whole passage. */
const MAX_WORDS = 45;

const SENTENCES = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const ENDS_SENTENCE = /[.!?…。！？]["'”’)\]]*$/u;

/**
 * The sentences of a passage, each within one speaker's turn. Where the passage is punctuated, the
 * fragments at its two ends are left out; a recording itself may begin in lower case.
 */
export function splitSentences(passage: CitablePassage): Sentence[] {
  const text = passageText(passage);
  const sentences = turns(passage).flatMap((turn) =>
    [...SENTENCES.segment(text.slice(turn.from, turn.to))].flatMap(({ segment, index }) =>
      splitLong(text, passage, turn.from + index, turn.from + index + segment.length).map(
        (span) => ({ passage, speaker: turn.speaker, ...trimmed(text, span) }),
      ),
    ),
  );
  const whole = dropFragments(
    sentences.filter((sentence) => sentence.text !== ''),
    passage.segments[0]?.position === 0,
  );
  return whole.length > 0 ? whole : sentences;
}

type Span = { from: number; to: number };

/** Runs of segments by one speaker. */
function turns({ segments }: CitablePassage): (Span & { speaker: string | null })[] {
  const found: (Span & { speaker: string | null })[] = [];
  let offset = 0;
  for (const { speaker, text } of segments) {
    const last = found.at(-1);
    if (last && last.speaker === speaker) last.to = offset + text.length;
    else found.push({ speaker, from: offset, to: offset + text.length });
    offset += text.length + 1;
  }
  return found;
}

/** Cuts what is too long for one sentence where its segments end. */
function splitLong(text: string, { segments }: CitablePassage, from: number, to: number): Span[] {
  if (countSpaces(text.slice(from, to)) < MAX_WORDS) return [{ from, to }];
  const spans: Span[] = [];
  let start = from;
  let border = 0;
  for (const segment of segments) {
    border += segment.text.length + 1;
    if (border <= start || border >= to) continue;
    if (countSpaces(text.slice(start, border)) < MAX_WORDS / 2) continue;
    spans.push({ from: start, to: border });
    start = border;
  }
  return [...spans, { from: start, to }];
}

function trimmed(text: string, { from, to }: Span): Span & { text: string } {
  const part = text.slice(from, to);
  const start = from + part.length - part.trimStart().length;
  const end = from + part.trimEnd().length;
  return { from: start, to: Math.max(start, end), text: part.trim() };
}

function dropFragments(sentences: Sentence[], atBeginning: boolean): Sentence[] {
  if (!sentences.some((sentence) => ENDS_SENTENCE.test(sentence.text))) return sentences;
  return sentences.filter(({ text }, index) => {
    if (index === 0 && !atBeginning && /^\p{Ll}/u.test(text)) return false;
    return index < sentences.length - 1 || ENDS_SENTENCE.test(text);
  });
}

const countSpaces = (text: string) => text.split(' ').length - 1;
