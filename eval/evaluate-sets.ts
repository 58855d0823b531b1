import { printAblation } from './ablation.ts';
import { type Ask, askOverHttp } from './ask.ts';
import { type ImportedSet, importSet } from './import-set.ts';
import { latency, nameOf, resultRow } from './report.ts';
import { scoreAll, summarise } from './score.ts';
import type { EvaluationSet, Task } from './sets/evaluation-set.ts';
import { readSets } from './sets/index.ts';
import { withWorkspace } from './workspace.ts';

/** @param questions so many of each set, spread over it; undefined: all */
type Options = { questions: number | undefined; ablation: boolean };

/** Questions whose time is taken, each asked as a caller does, for ten hits. */
const TIMED = 100;

/** Imports the sets of a folder, asks their questions, and prints how well they were answered. */
export async function evaluateSets(folder: string, options: Options): Promise<void> {
  const sets = (await readSets(folder)).map((set) => sample(set, options.questions));
  const server = process.env.TEST_DATABASE_URL || process.env.DATABASE_URL || undefined;
  await withWorkspace(server, async (workspace) => {
    const imported: ImportedSet[] = [];
    for (const set of sets) {
      imported.push(await importSet(workspace, set));
      console.log(
        `${set.name}: ${set.documents.length} documents in ${imported.at(-1)?.passages.size} chunks, ${set.questions.length} questions`,
      );
    }
    const rows: Record<string, Record<string, string>> = {};
    for (const one of imported) {
      const ask = askOverHttp(workspace, one);
      for (const task of one.set.tasks) {
        const row = resultRow(task, summarise(await scoreAll(one, task.mode, ask)));
        rows[nameOf(one.set, task)] = { ...row, latency: latency(await time(one, task, ask)) };
      }
    }
    console.table(rows);
    if (options.ablation) await printAblation(workspace, imported);
  });
}

/** Every nth question, so that each part of the set is asked about. */
function sample(set: EvaluationSet, count = Number.POSITIVE_INFINITY): EvaluationSet {
  const step = Math.max(1, set.questions.length / count);
  const questions = set.questions.filter(
    (_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step),
  );
  return { ...set, questions };
}

/** How long an ordinary search takes, in ms. */
async function time(
  { set, transcripts }: ImportedSet,
  { mode }: Task,
  ask: Ask,
): Promise<number[]> {
  const times: number[] = [];
  for (const { text, document } of sample(set, TIMED).questions) {
    const transcriptIds = [transcripts.get(document) ?? ''];
    times.push((await ask(text, mode === 'inside' ? { transcriptIds } : {}, 10)).tookMs);
  }
  return times;
}
