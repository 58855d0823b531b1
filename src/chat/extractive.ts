import type { Repositories } from '../repositories/index.ts';
import { spanInScope } from '../retrieval/scope.ts';
import type { Answerer, AnswerUsage, Question } from './answerer.ts';
import { justSaid } from './around-playhead.ts';
import { clock } from './clock.ts';
import { locateMoment } from './moments.ts';
import { nothingSaid, transcriptsInScope } from './nothing-said.ts';
import { choose, scoreSentences } from './ranking.ts';
import { chooseRepresentative } from './representative.ts';
import { type Sentence, splitSentences } from './sentences.ts';

/** The answerer that is always there. */
export const EXTRACTIVE = 'extractive';

/** Sentences that are quoted when the question has no word to look for. */
const OPENING = 2;

/** Sentences that are quoted of a whole. */
const REPRESENTATIVE = 8;

const FREE: AnswerUsage = { promptTokens: 0, completionTokens: 0 };

/**
 * Answers without a model: the sentences that fit the question best, quoted word for word, each
 * with who says it, when, and its citation. When none fits, it says that nothing was said.
 */
export function createExtractiveAnswerer(repositories: Repositories): Answerer {
  return { name: EXTRACTIVE, answer };

  async function* answer(question: Question): AsyncGenerator<string, AnswerUsage> {
    const sentences = distinct(question.passages.flatMap(splitSentences)).filter((sentence) =>
      // A long segment may be in scope for a part of it only.
      spanInScope(question.scope, sentence.passage.transcriptId, momentOf(sentence)),
    );
    const { shape } = question;
    const chosen =
      shape.kind === 'whole'
        ? await standFor(sentences, shape.topic)
        : await findAnswering(sentences, question);
    if (chosen.length === 0) {
      yield nothingSaid(question.transcriptsInScope);
      return FREE;
    }
    if (shape.kind === 'whole') {
      yield `What follows is quoted from ${transcriptsInScope(question.transcriptsInScope)}:\n`;
    }
    for (const [index, sentence] of chosen.entries()) {
      yield `${index > 0 ? '\n' : ''}${introduce(sentence)} “${sentence.text}”`;
      yield ` [${sentence.passage.id}:${sentence.from}-${sentence.to}]`;
    }
    return FREE;
  }

  /** The sentences that fit a question best. */
  async function findAnswering(
    sentences: Sentence[],
    { userId, terms: asked, playhead }: Question,
  ) {
    // Without a word to look for, as in "What is it?", the beginning has to do, or what was just said.
    if (asked.length === 0) return justSaid(sentences, playhead, OPENING);
    const [terms, corpus] = await Promise.all([
      analyze(sentences),
      repositories.searchIndex.documentFrequencies(userId, asked),
    ]);
    return choose(scoreSentences(sentences, terms, asked, corpus));
  }

  /** Sentences that stand for all, or for all that hold a word of a topic. */
  async function standFor(sentences: Sentence[], topic?: string): Promise<Sentence[]> {
    const terms = await analyze(sentences);
    if (topic === undefined) return chooseRepresentative(sentences, terms, REPRESENTATIVE);
    const configs = [...new Set(sentences.map(({ passage }) => passage.searchConfig))];
    const found = await Promise.all(
      configs.map((config) => repositories.searchIndex.analyzeTexts(config, [topic])),
    );
    const wanted = new Set(found.flat().flatMap((held) => [...held.keys()]));
    const places = [...sentences.keys()].filter((place) =>
      [...wanted].some((term) => terms[place]?.has(term)),
    );
    return chooseRepresentative(
      places.flatMap((place) => sentences[place] ?? []),
      places.flatMap((place) => terms[place] ?? []),
      REPRESENTATIVE,
    );
  }

  /** The terms of each sentence, asked for once in each language. */
  async function analyze(sentences: Sentence[]): Promise<Map<string, number>[]> {
    const terms = new Map<Sentence, Map<string, number>>();
    const groups = Map.groupBy(sentences, (sentence) => sentence.passage.searchConfig);
    for (const [searchConfig, group] of groups) {
      const texts = group.map((sentence) => sentence.text);
      const found = await repositories.searchIndex.analyzeTexts(searchConfig, texts);
      for (const [index, sentence] of group.entries()) {
        terms.set(sentence, found[index] ?? new Map());
      }
    }
    return sentences.map((sentence) => terms.get(sentence) ?? new Map());
  }
}

/** Passages overlap at their margins, so that the same sentence may come twice. */
function distinct(sentences: Sentence[]): Sentence[] {
  const seen = new Set<string>();
  return sentences.filter((sentence) => {
    const [position] = momentOf(sentence).segments;
    const key = JSON.stringify([sentence.passage.transcriptId, position, sentence.text]);
    return !seen.has(key) && seen.add(key);
  });
}

const momentOf = ({ passage, from, to }: Sentence) => locateMoment(passage, from, to);

function introduce(sentence: Sentence): string {
  const { speaker } = sentence;
  const { startMs } = momentOf(sentence);
  const who = speaker ?? 'The transcript';
  return startMs === null ? `${who} says:` : `At ${clock(startMs)}, ${who} says:`;
}
