import type { SearchDependencies } from '../retrieval/search-on-snapshot.ts';
import type { AnswerEnd, Answerer, Question } from './answerer.ts';
import type { TakenQuestion } from './compose-answer.ts';
import { countAnswer } from './count-answer.ts';
import { nothingSaid } from './nothing-said.ts';
import { shapeOf } from './question-shape.ts';
import { readWhole } from './read-whole.ts';
import { type Material, retrieve } from './retrieve.ts';

/** An answer that is yet to be written. */
type PreparedAnswer = Pick<Material, 'passages' | 'coverage'> & {
  write(): AsyncGenerator<string, AnswerEnd>;
  /** What the answer says where sentences without support are left out, and none is left. */
  unsupported: string | undefined;
  /** What is said behind the answer: that not everything was read. */
  note: string;
};

/** Finds what a question is to be answered from, by its shape. */
export async function prepareAnswer(
  dependencies: SearchDependencies,
  { answerer, ...question }: TakenQuestion,
): Promise<PreparedAnswer> {
  const shape = shapeOf(question.content);
  if (shape.kind === 'count') {
    const { text, passages, coverage } = await countAnswer(dependencies, question, shape);
    return { passages, coverage, write: () => writeText(text), unsupported: undefined, note: '' };
  }
  const material =
    shape.kind === 'whole'
      ? await readWhole(dependencies, question)
      : await retrieve(dependencies, question);
  const { transcriptsInScope } = material.coverage;
  const asked = { ...question, ...material, shape, transcriptsInScope };
  const { passages, coverage } = narrow(answerer, asked, material);
  return {
    passages,
    coverage,
    write: () => answerer.answer({ ...asked, passages }),
    unsupported: question.strictCitations ? nothingSaid(transcriptsInScope) : undefined,
    note: noteOn(coverage.chunksRead, material.chunksInScope),
  };
}

/** What the answerer can take into account of what was found. */
function narrow(
  answerer: Answerer,
  asked: Question,
  { passages, coverage }: Material,
): Pick<Material, 'passages' | 'coverage'> {
  const kept = answerer.select?.(asked) ?? passages;
  if (kept.length === passages.length) return { passages, coverage };
  const transcriptsRead = new Set(kept.map(({ transcriptId }) => transcriptId)).size;
  const chunksRead = new Set(kept.map(({ chunkId }) => chunkId)).size;
  return { passages: [...kept], coverage: { ...coverage, transcriptsRead, chunksRead } };
}

function noteOn(read: number, inScope: number | undefined): string {
  if (inScope === undefined || read >= inScope) return '';
  return `\n\nThis is from ${read} of the ${inScope} passages in scope, spread evenly over them.`;
}

async function* writeText(text: string): AsyncGenerator<string, AnswerEnd> {
  yield text;
  return { promptTokens: 0, completionTokens: 0 };
}
