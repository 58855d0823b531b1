import type { Repositories } from '../repositories/index.ts';
import type { Looked, Mentions, Place } from '../repositories/mentions.ts';
import { readSnapshot } from '../repositories/snapshot.ts';
import { begunAt } from '../retrieval/playhead.ts';
import type { SearchDependencies } from '../retrieval/search-on-snapshot.ts';
import type { Coverage } from '../schemas/messages.ts';
import type { TakenQuestion } from './compose-answer.ts';
import type { CountQuestion } from './count-questions.ts';
import { describeMentions } from './describe-mentions.ts';
import { describeSpeech } from './describe-speech.ts';
import { nothingSaid } from './nothing-said.ts';
import type { CitablePassage } from './passages.ts';
import { findMention } from './quote-mention.ts';
import { readPlaces } from './read-places.ts';
import type { Material } from './retrieve.ts';
import type { Sentence } from './sentences.ts';

/** An answer that was counted: it is written already, and is the same whoever answers. */
type CountedAnswer = Material & { text: string };

/** Finds a sentence to quote for each place; by the place's key. */
export type Quotes = (place: Place | null) => Sentence | undefined;

type Asked = Pick<TakenQuestion, 'userId' | 'scope' | 'playhead'>;

/** Answers a question by counting in the database, without any model. */
export async function countAnswer(
  { db }: SearchDependencies,
  { userId, scope: checked, playhead }: Asked,
  asked: CountQuestion,
): Promise<CountedAnswer> {
  const scope = begunAt(checked, playhead);
  return readSnapshot(db, async (repositories) => {
    const extent = await repositories.library.measure(userId, scope);
    const { transcripts } = extent;
    if (transcripts === 0) {
      return { passages: [], terms: [], coverage: coverageOf(null), text: nothingSaid(0) };
    }
    if (asked.of === 'speech') {
      const speech = await repositories.speech.measure(userId, scope);
      const places = speech.speakers.map(({ first }) => first);
      const { passages, quotes } = await quotePlaces(repositories, userId, places, scope, '');
      const text = describeSpeech(speech, quotes, transcripts);
      return { passages, terms: [], coverage: coverageOf(speech.cut), text };
    }
    const { phrase, speaker } = asked;
    const labels = speaker ? await repositories.mentions.listLabels(userId, speaker) : [];
    const whose = labels.length > 0 ? labels : undefined;
    const counted = await repositories.mentions.count(userId, phrase, scope, whose);
    const places = placesOf(counted);
    const { passages, quotes } = await quotePlaces(repositories, userId, places, scope, phrase);
    const text = describeMentions(asked, counted, quotes, { transcripts, known: !!whose });
    return { passages, terms: [], coverage: coverageOf(counted.cut), text };

    /** The index is looked at for all that is in scope, unless there is too much of it. */
    function coverageOf(cut: Looked | null): Coverage {
      const { transcripts: transcriptsRead, chunks: chunksRead } = cut ?? extent;
      return { transcriptsInScope: transcripts, transcriptsRead, chunksRead, mode: 'count' };
    }
  });
}

function placesOf({ bySpeaker, first, last }: Mentions): Place[] {
  return [...bySpeaker.map((row) => row.first), first, last].filter((place) => place !== null);
}

async function quotePlaces(
  repositories: Repositories,
  userId: string,
  places: readonly Place[],
  scope: Parameters<typeof readPlaces>[3],
  phrase: string,
): Promise<{ passages: CitablePassage[]; quotes: Quotes }> {
  const distinct = [...new Map(places.map((place) => [keyOf(place), place])).values()];
  const read = await readPlaces(repositories, userId, distinct, scope);
  const sentences = new Map<string, Sentence>();
  for (const [index, place] of distinct.entries()) {
    const placed = read[index];
    const sentence = placed && (await findMention(repositories, placed, phrase));
    if (sentence) sentences.set(keyOf(place), sentence);
  }
  return {
    passages: read.flatMap((placed) => placed?.passage ?? []),
    quotes: (place) => (place === null ? undefined : sentences.get(keyOf(place))),
  };
}

const keyOf = ({ transcriptId, position }: Place) => `${transcriptId}:${position}`;
