import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { toWords, wordSpans } from '../words.ts';
import { readRelevant } from './baseline-documents.ts';
import type { EvaluationDocument, EvaluationSet, Question } from './evaluation-set.ts';
import { readJsonLines } from './json-lines.ts';

const Turn = Type.Object({
  group: Type.String(),
  idx: Type.Integer(),
  speaker: Type.String(),
  text: Type.String(),
});
/** `spans` are turns, both ends included. */
const Query = Type.Object({
  id: Type.String(),
  text: Type.String(),
  group: Type.String(),
  spans: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])),
});
type Turn = Static<typeof Turn>;
type Query = Static<typeof Query>;

/** Meetings, one transcript each, with turns as segments; questions with the turns that answer. */
export async function readQmsum(folder: string): Promise<EvaluationSet> {
  const turns = await readJsonLines(join(folder, 'turns.jsonl'), Turn);
  const queries = await readJsonLines(join(folder, 'queries.jsonl'), Query);
  const meetings = Map.groupBy(turns, (turn) => turn.group);
  return {
    name: 'qmsum',
    documents: Array.from(meetings, ([name, spoken]) => toDocument(name, spoken)),
    questions: queries.map((query) => toQuestion(query, meetings.get(query.group) ?? [])),
    halfGoldCounts: true,
    baseline: {
      boundaries: new Map(Array.from(meetings, ([name, spoken]) => [name, packTurns(spoken)])),
      relevant: await readRelevant(join(folder, 'qrels.tsv')),
    },
    tasks: [
      {
        mode: 'inside',
        baseline: { ndcg: 0.498, recall: 0.588 },
        target: { ndcg: 0.575, recall: 0.68 },
      },
      {
        mode: 'library',
        baseline: { ndcg: 0.237, recall: 0.284 },
        target: { ndcg: 0.295, recall: 0.35 },
      },
    ],
  };
}

function toDocument(name: string, turns: readonly Turn[]): EvaluationDocument {
  const segments = turns
    .filter(({ text }) => text.trim() !== '')
    .map(({ speaker, text }) => ({ speaker, text }));
  const text = turns.map((turn) => turn.text).join('\n');
  return { name, text, body: { title: name, language: 'en', segments } };
}

function toQuestion({ id, text, group, spans }: Query, turns: readonly Turn[]): Question {
  const words = wordSpans(turns.map((turn) => turn.text).join('\n'));
  const starts: number[] = [];
  let at = 0;
  for (const turn of turns) {
    starts.push(at);
    at += turn.text.length + 1;
  }
  const gold = spans.map(([first, last]) =>
    toWords(words, { start: starts[first] ?? at, end: starts[last + 1] ?? at }),
  );
  return { id, text, document: group, gold };
}

/** The baselines' documents end with the turn that makes them 150 words long. */
function packTurns(turns: readonly Turn[]): number[] {
  const boundaries = [0];
  let at = 0;
  for (const { text } of turns) {
    at += wordSpans(text).length;
    if (at - (boundaries.at(-1) ?? 0) >= 150) boundaries.push(at);
  }
  return boundaries.at(-1) === at ? boundaries : [...boundaries, at];
}
