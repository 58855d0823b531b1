import type { Mentions, SpeakerMentions } from '../repositories/mentions.ts';
import type { Quotes } from './count-answer.ts';
import type { CountQuestion } from './count-questions.ts';
import { transcriptsInScope } from './nothing-said.ts';
import { quote, whereSaid } from './quote-mention.ts';

type MentionsQuestion = Exclude<CountQuestion, { of: 'speech' }>;
type Told = {
  transcripts: number;
  /** Whether the speaker that was asked for is one that is known. */
  known: boolean;
};

/** Puts a count into words; each sentence that quotes stands on a line of its own, with its citation. */
export function describeMentions(
  { of, phrase, speaker }: MentionsQuestion,
  counted: Mentions,
  quotes: Quotes,
  { transcripts, known }: Told,
): string {
  const where = transcriptsInScope(transcripts);
  const said = `“${phrase}” was said`;
  const by = speaker && known ? ` by ${speaker}` : '';
  const stranger = speaker && !known ? [`No speaker is named ${speaker} there.`] : [];
  const cut = counted.cut ? ['There was too much to count all of it.'] : [];
  if (counted.mentions === 0) {
    return [`“${phrase}” was not said${by} in ${where}.`, ...stranger, ...cut].join('\n');
  }
  const total = `${said} ${times(counted.mentions)}${by} in ${where}.`;
  if (of === 'first' || of === 'last') {
    const moment = quotes(counted[of]);
    const who = moment?.speaker ? ` by ${moment.speaker}` : by;
    const line = moment
      ? `It was ${of} said${who}${whereSaid(moment, transcripts)}: ${quote(moment)}`
      : '';
    return [total, ...stranger, line, ...cut].join('\n');
  }
  const lines = counted.bySpeaker.map((row) => describeSpeaker(row, quotes, transcripts));
  const most = of === 'speakers' ? [describeMost(counted)] : [];
  const others = counted.speakers - counted.bySpeaker.length;
  const rest = others > 0 ? [`${others} more speakers said it less often.`] : [];
  return [total, ...most, ...stranger, ...lines, ...rest, ...cut].join('\n');
}

function describeSpeaker(
  { speaker, mentions, first }: SpeakerMentions,
  quotes: Quotes,
  transcripts: number,
) {
  const moment = quotes(first);
  const who = speaker ?? 'Speakers without a name';
  const often = `${who}: ${times(mentions)}`;
  if (!moment) return `${often}.`;
  return `${often}, first${whereSaid(moment, transcripts)}: ${quote(moment)}`;
}

function describeMost({ bySpeaker, mentions }: Mentions): string {
  const named = bySpeaker.filter(({ speaker }) => speaker !== null);
  const most = named[0]?.mentions;
  if (most === undefined) return 'It is not known who said it.';
  const first = named.filter((row) => row.mentions === most).map(({ speaker }) => speaker);
  if (first.length === 1) return `${first[0]} said it most often: ${most} of ${times(mentions)}.`;
  return `${first.slice(0, -1).join(', ')} and ${first.at(-1)} said it equally often.`;
}

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);
