import type { Span } from '../words.ts';

/** A text that is imported, and that questions are asked about. */
export type EvaluationDocument = {
  name: string;
  /** All that is said, without the names of speakers; gold spans are counted in its words. */
  text: string;
  /** What is sent to `POST /v1/transcripts`. */
  body: Record<string, unknown>;
};

/** A question with the spans that answer it, in words of one document. */
export type Question = { id: string; text: string; document: string; gold: Span[] };

/**
 * The documents that the baselines were measured on, and which of them answer each question. A hit
 * of ours stands for the document that it shares most words with.
 */
export type BaselineDocuments = {
  /** Where documents begin in each text, in words, and where the last one ends. */
  boundaries: Map<string, number[]>;
  /** By the id of a question: documents as `name#index`. */
  relevant: Map<string, Set<string>>;
};

/** Where a question is asked: in the document that it is about, or in the whole library. */
export type Mode = 'inside' | 'library';

/** nDCG@10 and Recall@10. */
type Figures = { ndcg: number; recall: number };

/** What is known of a set in one mode. */
export type Task = { mode: Mode; baseline: Figures; target: Figures };

export type EvaluationSet = {
  name: string;
  documents: EvaluationDocument[];
  questions: Question[];
  /** Whether a chunk that is half gold is relevant, however little of the gold that is. */
  halfGoldCounts: boolean;
  baseline: BaselineDocuments;
  tasks: Task[];
};
