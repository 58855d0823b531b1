import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createPasswords, type Passwords } from './access/passwords.ts';
import { type Answerers, createAnswerers } from './chat/answerers.ts';
import { createExtractiveAnswerer } from './chat/extractive.ts';
import { createLiveAnswers, type LiveAnswers } from './chat/live/live-answers.ts';
import { createModelAnswerer } from './chat/model-answerer.ts';
import type { Config } from './config.ts';
import type { Database, DatabaseConnection } from './db/client.ts';
import type { EmbeddingModel } from './db/schema/index.ts';
import { createCaptionSource } from './providers/captions/caption-source.ts';
import type { CaptionSource } from './providers/captions.ts';
import { createLanguageModels } from './providers/configured-language-models.ts';
import type { EmbeddingProvider } from './providers/embeddings.ts';
import { createHashEmbeddings } from './providers/hash-embeddings.ts';
import type { LanguageModel } from './providers/language-models.ts';
import { createPublicFetch, type PublicFetch } from './providers/public-fetch.ts';
import { createRepositories, type Repositories } from './repositories/index.ts';
import { readLanguageModels } from './settings/language-models.ts';
import { countTokens } from './transcripts/tokens.ts';

/** All that the app is made of. A test builds the same app from the same parts. */
export type Dependencies = {
  config: Config;
  connection: DatabaseConnection;
  db: Database;
  repositories: Repositories;
  passwords: Passwords;
  embeddings: EmbeddingProvider;
  embeddingModel: EmbeddingModel;
  /** How transcripts are fetched, cut and read, and whether searches are kept. */
  settings: {
    chunkWords: number;
    defaultLanguage: string;
    allowUrlImport: boolean;
    keepSearches: boolean;
  };
  /** Those that the administrator allows, the default first. */
  languageModels: readonly LanguageModel[];
  answerers: Answerers;
  /** The answers that this process is making. */
  liveAnswers: LiveAnswers;
  publicFetch: PublicFetch;
  captions: CaptionSource;
};

/**
 * Puts the parts together. The database must have been migrated.
 *
 * @throws whatever keeps the embedding model from being made the active one
 */
export async function createDependencies(
  config: Config,
  connection: DatabaseConnection,
): Promise<Dependencies> {
  const repositories = createRepositories(connection.db);
  const embeddings = createHashEmbeddings();
  const limits = { maxBytes: config.UPLOAD_LIMIT_BYTES, timeoutMs: config.FETCH_TIMEOUT_MS };
  const publicFetch = createPublicFetch(limits);
  const languageModels = createConfiguredModels(config);
  return {
    config,
    connection,
    db: connection.db,
    repositories,
    passwords: createPasswords(),
    embeddings,
    // Creates the model's index when it is new, which only one process may do at a time.
    embeddingModel: await connection.exclusively((db) =>
      createRepositories(db).embeddings.activate(embeddings),
    ),
    settings: {
      chunkWords: config.CHUNK_WORDS,
      defaultLanguage: config.DEFAULT_LANGUAGE,
      allowUrlImport: config.ALLOW_URL_IMPORT,
      keepSearches: config.SEARCH_HISTORY_DAYS > 0,
    },
    languageModels,
    answerers: createAnswerers([
      ...languageModels.map((model) =>
        createModelAnswerer(model, { maxTokens: config.LLM_MAX_OUTPUT_TOKENS }),
      ),
      createExtractiveAnswerer(repositories),
    ]),
    liveAnswers: createLiveAnswers(repositories, {
      writer: writerName(config),
      timeoutMs: config.ANSWER_TIMEOUT_MS,
    }),
    publicFetch,
    captions: createCaptionSource({ ...limits, publicFetch, ytDlpPath: config.YT_DLP_PATH }),
  };
}

function createConfiguredModels(config: Config): LanguageModel[] {
  const settings = readLanguageModels(config);
  return settings ? createLanguageModels({ ...settings, countTokens }) : [];
}

/** What the answers of this process are marked with. A server on any port is never the same again. */
function writerName({ HOST, PORT }: Config): string {
  return PORT === 0 ? randomUUID() : `${hostname()}:${HOST}:${PORT}`;
}
