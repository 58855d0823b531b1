import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { createPasswords, type Passwords } from './access/passwords.ts';
import { type Answerers, createAnswerers } from './chat/answerers.ts';
import { createExtractiveAnswerer } from './chat/extractive.ts';
import { createLiveAnswers, type LiveAnswers } from './chat/live/live-answers.ts';
import { createModelAnswerer } from './chat/model-answerer.ts';
import type { Config } from './config.ts';
import type { Database, DatabaseConnection } from './db/client.ts';
import { type Bell, createBell } from './jobs/bell.ts';
import type { RemoveUserFiles } from './jobs/handlers/delete-account.ts';
import { createJobHandlers, type JobHandlers } from './jobs/handlers.ts';
import { chooseEmbeddingModel } from './library/choose-embedding-model.ts';
import { type AudioTools, createAudioTools } from './media/audio-tools.ts';
import { createMediaStorage, type MediaStorage } from './media/storage.ts';
import { createModelCalls, type ModelCalls } from './model-calls/model-calls.ts';
import { createCaptionSource } from './providers/captions/caption-source.ts';
import type { CaptionSource } from './providers/captions.ts';
import { createConfiguredEmbeddings } from './providers/configured-embeddings.ts';
import { createLanguageModels } from './providers/configured-language-models.ts';
import type { Embeddings } from './providers/embeddings.ts';
import type { LanguageModel } from './providers/language-models.ts';
import { createOpenAiTranscriptions } from './providers/openai-transcriptions.ts';
import {
  createPublicDownload,
  createPublicFetch,
  type PublicDownload,
  type PublicFetch,
} from './providers/public-fetch.ts';
import type { Program } from './providers/run-program.ts';
import type { SpeechToText } from './providers/speech-to-text.ts';
import { wantedModel } from './providers/wanted-model.ts';
import { createYoutubeAudio, type YoutubeAudio } from './providers/youtube-audio.ts';
import { createRepositories, type Repositories } from './repositories/index.ts';
import { JOB_TYPES } from './schemas/job-types.ts';
import type { SearchWeights } from './schemas/search.ts';
import { readEmbeddingEndpoint, readSearchWeights } from './settings/embeddings.ts';
import { readWorkerOptions, type WorkerOptions } from './settings/jobs.ts';
import { readLanguageModels } from './settings/language-models.ts';
import { mediaFolder } from './settings/media.ts';
import { readModelCalls } from './settings/model-calls.ts';
import { readSpeechToText } from './settings/speech.ts';
import { countTokens } from './transcripts/tokens.ts';

/** All that the app is made of. A test builds the same app from the same parts. */
export type Dependencies = {
  config: Config;
  connection: DatabaseConnection;
  db: Database;
  repositories: Repositories;
  passwords: Passwords;
  /** How transcripts and recordings are fetched, cut and read, and whether searches are kept. */
  settings: {
    chunkWords: number;
    defaultLanguage: string;
    allowUrlImport: boolean;
    keepSearches: boolean;
    /** The largest recording, in bytes. */
    maxRecordingBytes: number;
    /** Recordings that are transcribed at once. */
    speechConcurrency: number;
  };
  embeddings: Embeddings;
  /** The one way to models. */
  modelCalls: ModelCalls;
  /** The weights of the legs of a hybrid search, where a request gives none. */
  searchWeights: Partial<SearchWeights>;
  /** Those that the administrator allows, the default first. */
  languageModels: readonly LanguageModel[];
  answerers: Answerers;
  /** The answers that this process is making. */
  liveAnswers: LiveAnswers;
  removeUserFiles: RemoveUserFiles;
  /** The bytes of recordings. */
  media: MediaStorage;
  audioTools: AudioTools;
  /** Undefined where no endpoint is configured. */
  speechToText: SpeechToText | undefined;
  publicDownload: PublicDownload;
  youtubeAudio: YoutubeAudio;
  jobHandlers: JobHandlers;
  /** How this process works on jobs. */
  workerOptions: WorkerOptions;
  /** Rung once a job was enqueued or changed: workers in this process look at once. */
  workersBell: Bell;
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
  const repositories = createRepositories(connection.db, connection.queue);
  const limits = { maxBytes: config.UPLOAD_LIMIT_BYTES, timeoutMs: config.FETCH_TIMEOUT_MS };
  const publicFetch = createPublicFetch(limits);
  const endpoint = readEmbeddingEndpoint(config);
  const embeddings = createConfiguredEmbeddings(endpoint);
  const modelCalls = createModelCalls(connection.db, readModelCalls(config));
  const measure = (name: string) => modelCalls.measure(embeddings, name);
  // It changes the database, which only one process may do at a time.
  const chosen = await connection.exclusively((db) =>
    chooseEmbeddingModel(createRepositories(db).embeddingModels, wantedModel(endpoint), {
      ...embeddings,
      measure,
    }),
  );
  const languageModels = createConfiguredModels(config);
  const settings = {
    chunkWords: config.CHUNK_WORDS,
    defaultLanguage: config.DEFAULT_LANGUAGE,
    allowUrlImport: config.ALLOW_URL_IMPORT,
    keepSearches: config.SEARCH_HISTORY_DAYS > 0,
    maxRecordingBytes: config.MEDIA_UPLOAD_LIMIT_BYTES,
    speechConcurrency: config.STT_CONCURRENCY,
  };
  const recordings = createRecordingParts(config);
  const parts = {
    config,
    connection,
    db: connection.db,
    repositories,
    passwords: createPasswords(),
    embeddings,
    modelCalls,
    searchWeights: readSearchWeights(config),
    settings,
    languageModels,
    answerers: createAnswerers([
      ...languageModels.map((model) =>
        createModelAnswerer(modelCalls, model, { maxTokens: config.LLM_MAX_OUTPUT_TOKENS }),
      ),
      createExtractiveAnswerer(repositories),
    ]),
    liveAnswers: createLiveAnswers(repositories, {
      writer: writerName(config),
      timeoutMs: config.ANSWER_TIMEOUT_MS,
    }),
    ...recordings,
    removeUserFiles: recordings.media.removeFolder,
    workerOptions: readWorkerOptions(config, connection.kind, JOB_TYPES),
    workersBell: createBell(),
    publicFetch,
    captions: createCaptionSource({ ...limits, publicFetch, ytDlp: ytDlpOf(config) }),
    warnings: chosen.warning === undefined ? [] : [chosen.warning],
  };
  return { ...parts, jobHandlers: createJobHandlers(parts) };
}

/** What recordings need, from their bytes to their text. */
function createRecordingParts(config: Config) {
  const timeoutMs = config.MEDIA_DOWNLOAD_TIMEOUT_MS;
  const speech = readSpeechToText(config);
  return {
    media: createMediaStorage(mediaFolder(config)),
    audioTools: createAudioTools({
      ffmpeg: { path: config.FFMPEG_PATH, env: config.programEnvironment },
      timeoutMs: config.FFMPEG_TIMEOUT_MS,
    }),
    speechToText: speech && createOpenAiTranscriptions(speech),
    publicDownload: createPublicDownload({ maxBytes: config.MEDIA_UPLOAD_LIMIT_BYTES, timeoutMs }),
    youtubeAudio: createYoutubeAudio({ ytDlp: ytDlpOf(config), timeoutMs }),
  };
}

function ytDlpOf({ YT_DLP_PATH, programEnvironment }: Config): Program {
  return { path: YT_DLP_PATH, env: programEnvironment };
}

function createConfiguredModels(config: Config): LanguageModel[] {
  const settings = readLanguageModels(config);
  return settings ? createLanguageModels({ ...settings, countTokens }) : [];
}

/** What the answers of this process are marked with. A server on any port is never the same again. */
function writerName({ HOST, PORT }: Config): string {
  return PORT === 0 ? randomUUID() : `${hostname()}:${HOST}:${PORT}`;
}
