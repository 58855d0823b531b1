import type { Repositories } from '../repositories/index.ts';
import { spanInScope } from '../retrieval/scope.ts';
import type { Answerer, AnswerUsage, Question } from './answerer.ts';
import { locateMoment } from './moments.ts';
import { choose, scoreSentences } from './ranking.ts';
import { type Sentence, splitSentences } from './sentences.ts';

/** The answerer that is always there. */
export const EXTRACTIVE = 'extractive';

/** Sentences that are quoted when the question has no word to look for. */
const OPENING = 2;

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
    const [terms, { chunkCount, frequencies }] = await Promise.all([
      analyze(sentences),
      repositories.searchIndex.documentFrequencies(question.userId, question.terms),
    ]);
    const scored = scoreSentences(sentences, terms, question.terms, { chunkCount, frequencies });
    // Without a word to look for, as in "What is it?", the beginning has to do.
    const chosen = question.terms.length === 0 ? sentences.slice(0, OPENING) : choose(scored);
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

/** A position in a recording as people write it: `4:07`, `1:02:33`. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => String(part).padStart(index > 0 ? 2 : 1, '0')).join(':');
}

function nothingSaid(transcripts: number): string {
  if (transcripts === 0) return 'There is no transcript in this scope yet.';
  const where = transcripts === 1 ? 'the transcript' : `the ${transcripts} transcripts`;
  return `Nothing was said about this in ${where} in scope.`;
}
