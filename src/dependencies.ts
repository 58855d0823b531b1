import { createPasswords, type Passwords } from './access/passwords.ts';
import { type Answerers, createAnswerers } from './chat/answerers.ts';
import { createExtractiveAnswerer } from './chat/extractive.ts';
import type { Config } from './config.ts';
import type { Database, DatabaseConnection } from './db/client.ts';
import { chooseEmbeddingModel } from './library/choose-embedding-model.ts';
import { createCaptionSource } from './providers/captions/caption-source.ts';
import type { CaptionSource } from './providers/captions.ts';
import { createConfiguredEmbeddings } from './providers/configured-embeddings.ts';
import { readEndpoint, readWantedModel } from './providers/embedding-settings.ts';
import type { Embeddings } from './providers/embeddings.ts';
import { createPublicFetch, type PublicFetch } from './providers/public-fetch.ts';
import { createRepositories, type Repositories } from './repositories/index.ts';
import type { SearchWeights } from './schemas/search.ts';

/** All that the app is made of. A test builds the same app from the same parts. */
export type Dependencies = {
  config: Config;
  connection: DatabaseConnection;
  db: Database;
  repositories: Repositories;
  passwords: Passwords;
  embeddings: Embeddings;
  /** The weights of the legs of a hybrid search, where a request gives none. */
  searchWeights: Partial<SearchWeights>;
  /** How transcripts are fetched, cut and read. */
  settings: { chunkWords: number; defaultLanguage: string; allowUrlImport: boolean };
  answerers: Answerers;
  publicFetch: PublicFetch;
  captions: CaptionSource;
  /** What whoever starts the server should read. */
  warnings: readonly string[];
};

/**
 * Puts the parts together. The database must have been migrated.
 *
 * @throws Error when the settings cannot be used, or do not reach the library's embedding model; and
 *   whatever keeps one from becoming active
 */
export async function createDependencies(
  config: Config,
  connection: DatabaseConnection,
): Promise<Dependencies> {
  const repositories = createRepositories(connection.db);
  const limits = { maxBytes: config.UPLOAD_LIMIT_BYTES, timeoutMs: config.FETCH_TIMEOUT_MS };
  const publicFetch = createPublicFetch(limits);
  const embeddings = createConfiguredEmbeddings(readEndpoint(config));
  // It changes the database, which only one process may do at a time.
  const chosen = await connection.exclusively((db) => {
    const { embeddingModels } = createRepositories(db);
    return chooseEmbeddingModel(embeddingModels, readWantedModel(config), embeddings);
  });
  return {
    config,
    connection,
    db: connection.db,
    repositories,
    passwords: createPasswords(),
    embeddings,
    searchWeights: weightsOf(config),
    settings: {
      chunkWords: config.CHUNK_WORDS,
      defaultLanguage: config.DEFAULT_LANGUAGE,
      allowUrlImport: config.ALLOW_URL_IMPORT,
    },
    answerers: createAnswerers([createExtractiveAnswerer(repositories)]),
    publicFetch,
    captions: createCaptionSource({ ...limits, publicFetch, ytDlpPath: config.YT_DLP_PATH }),
    warnings: chosen.warning === undefined ? [] : [chosen.warning],
  };
}

function weightsOf(config: Config): Partial<SearchWeights> {
  const { SEARCH_WEIGHT_LEXICAL: lexical, SEARCH_WEIGHT_SEMANTIC: semantic } = config;
  return {
    ...(lexical === undefined ? {} : { lexical }),
    ...(semantic === undefined ? {} : { semantic }),
  };
}
