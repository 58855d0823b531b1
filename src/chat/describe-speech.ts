import type { SpeakerSpeech, Speech } from '../repositories/speech.ts';
import { clock } from './clock.ts';
import type { Quotes } from './count-answer.ts';
import { nothingSaid, transcriptsInScope } from './nothing-said.ts';
import { quote, whereSaid } from './quote-mention.ts';

/** Puts into words who spoke how much; each speaker on a line, with the first thing that they say. */
export function describeSpeech(speech: Speech, quotes: Quotes, transcripts: number): string {
  const { speakers, spokenMs, words, cut } = speech;
  const [first] = speakers;
  if (!first) return nothingSaid(transcripts);
  const named = speakers.find(({ speaker }) => speaker !== null);
  const where = transcriptsInScope(transcripts);
  const total = spokenMs === null ? `${words} words` : clock(spokenMs);
  const answer = named
    ? `${named.speaker} spoke most in ${where}: ${share(named)} of ${total}.`
    : `It is not known who speaks in ${where}; ${total} were spoken.`;
  const lines = speakers.map((row) => {
    const moment = quotes(row.first);
    const line = `${row.speaker ?? 'Speakers without a name'}: ${share(row)}`;
    return moment
      ? `${line}, first${whereSaid(moment, transcripts)}: ${quote(moment)}`
      : `${line}.`;
  });
  return [answer, ...lines, ...(cut ? ['There was too much to count all of it.'] : [])].join('\n');

  function share(row: SpeakerSpeech): string {
    const part = spokenMs ? (row.spokenMs ?? 0) / spokenMs : row.words / (words || 1);
    const much = spokenMs === null ? `${row.words} words` : clock(row.spokenMs ?? 0);
    return `${much} (${Math.round(part * 100)} %)`;
  }
}
