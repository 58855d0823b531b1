import { quantile } from '../bench/ratio.ts';
import type { Summary } from './score.ts';
import type { EvaluationSet, Task } from './sets/evaluation-set.ts';

const shown = (value: number): string => value.toFixed(3);
const pair = ({ ndcg, recall }: { ndcg: number; recall: number }): string =>
  `${shown(ndcg)} / ${shown(recall)}`;

export const nameOf = ({ name }: EvaluationSet, { mode }: Task): string =>
  `${name}, ${mode === 'inside' ? 'inside the document' : 'whole library'}`;

/** One row of the table of results, beside the baseline and the target. */
export function resultRow(task: Task, { documents, chunks, spans, empty }: Summary) {
  const reached = documents.ndcg >= task.target.ndcg && documents.recall >= task.target.recall;
  return {
    'nDCG@10 / Recall@10': pair(documents),
    baseline: pair(task.baseline),
    target: pair(task.target),
    reached: reached ? 'yes' : 'no',
    MRR: shown(documents.mrr),
    'by chunks': `${pair(chunks)}, MRR ${shown(chunks.mrr)}`,
    'span recall': shown(spans.recall),
    precision: shown(spans.precision),
    IoU: shown(spans.iou),
    empty: shown(empty),
  };
}

/** nDCG@10 and Recall@10 alone, for a table with one column for each task. */
export const shortRow = ({ documents }: Summary): string => pair(documents);

/** @param times in ms */
export function latency(times: readonly number[]): string {
  const at = (share: number) => quantile(times, share).toFixed(1);
  return `p50 ${at(0.5)}, p95 ${at(0.95)} ms`;
}
