import { fence } from '../model-calls/fence.ts';
import type { ModelTurn } from '../providers/language-models.ts';
import type { Question } from './answerer.ts';
import type { CitablePassage } from './passages.ts';
import { estimateTokens, fitting, fittingSpread, recentTurns } from './prompt-budget.ts';
import { showPassage } from './prompt-passages.ts';
import { ANSWER, FROM_NOTES, NOTES } from './prompts.ts';

/** What a model is asked for one answer. */
type PromptPlan = {
  /** Those that it reads. */
  passages: CitablePassage[];
  /** Where they are too much to be read at once: what is read at a time, each with its limit. */
  parts: CitablePassage[][] | undefined;
  /** The longest answer and the longest notes, in tokens. */
  maxTokens: number;
  /** @param notes what was noted of `parts` */
  turns(key: string, notes?: string): ModelTurn[];
};

/** Of what is left beside the question, the share that goes to what was said before it. */
const HISTORY_SHARE = 0.25;

/** The most requests that notes are taken by, for one answer. */
const MOST_PARTS = 12;

/** Two fences, and what is written around them. */
const AROUND = 120;

/** Decides what goes into the prompt of a question, so that it fits the model. Passages stay whole. */
export function planPrompt(
  { content, history, passages, shape }: Question,
  { contextTokens, maxTokens }: { contextTokens: number; maxTokens: number },
): PromptPlan {
  const asked = estimateTokens(ANSWER + FROM_NOTES) + estimateTokens(content) + AROUND;
  const room = Math.max(0, contextTokens - maxTokens - asked);
  const earlier = recentTurns(history.map(withoutMarks), Math.floor(room * HISTORY_SHARE));
  const left = room - earlier.reduce((sum, turn) => sum + estimateTokens(turn.content), 0);
  const measured = passages.map((passage) => ({
    passage,
    tokens: estimateTokens(`${showPassage(passage)}\n\n`),
  }));
  const all = measured.reduce((sum, { tokens }) => sum + tokens, 0);
  if (shape.kind === 'lookup' || all <= left) {
    const read = fitting(measured, left).map(({ passage }) => passage);
    const data = (key: string) => fence('PASSAGES', key, read.map(showPassage).join('\n\n'));
    const toTurns = (key: string) => turns(ANSWER, data(key));
    return { passages: read, parts: undefined, maxTokens, turns: toTurns };
  }
  // The notes of all parts must fit the last request together.
  const most = Math.min(MOST_PARTS, Math.floor(left / (maxTokens * 1.15)));
  const each = contextTokens - maxTokens - estimateTokens(NOTES) - estimateTokens(content) - AROUND;
  // A part is filled until the next passage does not fit, so that some of its room is lost.
  const longest = Math.max(0, ...measured.map(({ tokens }) => tokens));
  const chosen = fittingSpread(measured, Math.max(0, most * (each - longest)));
  const parts: CitablePassage[][] = [];
  let free = 0;
  for (const { passage, tokens } of chosen) {
    if (tokens > free) {
      parts.push([]);
      free = each;
    }
    parts.at(-1)?.push(passage);
    free -= tokens;
  }
  const fromNotes = (key: string, notes = '') =>
    turns(`${ANSWER}\n\n${FROM_NOTES}`, fence('NOTES', key, notes));
  return { passages: parts.flat(), parts, maxTokens, turns: fromNotes };

  function turns(task: string, data: string): ModelTurn[] {
    return [
      { role: 'system', content: task },
      ...earlier,
      { role: 'user', content: `${data}\n\nQuestion: ${content}` },
    ];
  }
}

/** Numbers of citations in earlier answers would be taken for an example. */
function withoutMarks({ role, content }: ModelTurn): ModelTurn {
  return { role, content: role === 'assistant' ? content.replace(/ ?\[\d{1,4}\]/g, '') : content };
}
