import type { Repositories } from '../repositories/index.ts';
import { spanInScope } from '../retrieval/scope.ts';
import type { Answerer, AnswerUsage, Question } from './answerer.ts';
import { justSaid } from './around-playhead.ts';
import { clock } from './clock.ts';
import { locateMoment } from './moments.ts';
import { nothingSaid } from './nothing-said.ts';
import { choose, scoreSentences } from './ranking.ts';
import { type Sentence, splitSentences } from './sentences.ts';

/** Sentences that are quoted when the question has no word to look for. */
const OPENING = 2;

const FREE: AnswerUsage = { promptTokens: 0, completionTokens: 0 };

/**
 * Answers without a model: the sentences that fit the question best, quoted word for word, each
 * with who says it, when, and its citation. When none fits, it says that nothing was said.
 */
export function createExtractiveAnswerer(repositories: Repositories): Answerer {
  return { name: 'extractive', answer };

  async function* answer(question: Question): AsyncGenerator<string, AnswerUsage> {
    const sentences = distinct(question.passages.flatMap(splitSentences)).filter((sentence) =>
      // A long segment may be in scope for a part of it only.
      spanInScope(question.scope, sentence.passage.transcriptId, momentOf(sentence)),
    );
    const [terms, { chunkCount, frequencies }] = await Promise.all([
      analyze(sentences),
      repositories.searchIndex.documentFrequencies(question.userId, question.terms),
    ]);
    const scored = scoreSentences(sentences, terms, question.terms, { chunkCount, frequencies });
    // Without a word to look for, as in "What is it?", the beginning has to do, or what was just said.
    const chosen =
      question.terms.length === 0
        ? justSaid(sentences, question.playhead, OPENING)
        : choose(scored);
    if (chosen.length === 0) {
      yield nothingSaid(question.transcriptsInScope);
      return FREE;
    }
    for (const [index, sentence] of chosen.entries()) {
      yield `${index > 0 ? '\n' : ''}${introduce(sentence)} “${sentence.text}”`;
      yield ` [${sentence.passage.id}:${sentence.from}-${sentence.to}]`;
    }
    return FREE;
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
