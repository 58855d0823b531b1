import { parseArgs } from 'node:util';
import { evaluateSets } from './evaluate-sets.ts';
import { evaluateFeedback } from './feedback.ts';

const USAGE = `usage: npm run eval -- <folder of sets> [--questions <n of each set>] [--ablation]
       npm run eval -- --from-feedback`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    questions: { type: 'string' },
    ablation: { type: 'boolean', default: false },
    'from-feedback': { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
const questions = values.questions === undefined ? undefined : Number(values.questions);

try {
  if (values['from-feedback']) await evaluateFeedback();
  else if (folder === undefined || (questions !== undefined && !(questions > 0))) {
    throw new Error(USAGE);
  } else await evaluateSets(folder, { questions, ablation: values.ablation });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
