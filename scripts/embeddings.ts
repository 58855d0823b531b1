import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config.ts';
import type { Database } from '../src/db/client.ts';
import { migrationsAreCurrent } from '../src/db/migrations.ts';
import { AppError } from '../src/errors.ts';
import { switchEmbeddings } from '../src/library/switch-embeddings.ts';
import { createModelCalls } from '../src/model-calls/model-calls.ts';
import { createConfiguredEmbeddings } from '../src/providers/configured-embeddings.ts';
import { wantedModel } from '../src/providers/wanted-model.ts';
import { readEmbeddingEndpoint } from '../src/settings/embeddings.ts';
import { readModelCalls } from '../src/settings/model-calls.ts';
import { onDatabase } from './database.ts';
import { createProgress } from './progress.ts';

const USAGE = `npm run embeddings -- [--model NAME] [--provider hash] [--remove-old]

Fills the vectors of another embedding model beside those of the active one, and switches to it.
Started again after it was ended in any way, it goes on where it was. EMBEDDING_BASE_URL and the
other settings say how the model is reached.

  --model NAME      the model; without it, EMBEDDING_MODEL
  --provider hash   the hashed words, which need no server
  --remove-old      remove the vectors of all other models in the end`;

const STEPS = {
  fill: 'Filling in what is missing',
  index: 'Building the index',
  switch: 'Switching',
  remove: 'Removing old vectors',
};

const { values: given } = parseArgs({
  options: {
    model: { type: 'string' },
    provider: { type: 'string' },
    'remove-old': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => stop.abort(new Error('stopped; started again, it goes on from here')));
}

if (given.help) console.log(USAGE);
else {
  // Building an index takes minutes, and an import may have to be waited for.
  const limits = { statementTimeoutMs: 0, lockTimeoutMs: 0, idleInTransactionTimeoutMs: 0 };
  await onDatabase(({ db }) => run(db), limits);
}

async function run(db: Database): Promise<string> {
  if (!(await migrationsAreCurrent(db))) throw new Error('first: npm run db:migrate');
  const settings = { ...process.env, EMBEDDING_MODEL: given.model ?? process.env.EMBEDDING_MODEL };
  const config = loadConfig(settings);
  const endpoint = readEmbeddingEndpoint(config);
  const embeddings = createConfiguredEmbeddings(endpoint);
  const modelCalls = createModelCalls(db, readModelCalls(config));
  const wanted = wantedModel(endpoint, given);
  const progress = createProgress('chunks');
  try {
    const dimensions =
      wanted.dimensions ?? (await modelCalls.measure(embeddings, wanted.name, stop.signal));
    const { model, added, removed } = await switchEmbeddings(
      db,
      { embeddings, modelCalls },
      { ...wanted, dimensions },
      {
        signal: stop.signal,
        removeOld: given['remove-old'],
        onProgress: ({ done, total }) => progress.show(done, total),
        onStep: (step) => progress.say(STEPS[step]),
      },
    );
    const gone = removed.length > 0 ? `; removed: ${removed.join(', ')}` : '';
    return `${model.name} (${model.dimensions} dimensions) is active, ${added} vectors were made${gone}`;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const said = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    throw new Error(
      `the embedding model failed: ${error.message}${said} Started again, it goes on from here.`,
    );
  } finally {
    progress.end();
    await modelCalls.settled();
  }
}
