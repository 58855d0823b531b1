import { envSchema } from 'env-schema';
import { type Static, Type } from 'typebox';

const Milliseconds = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 86_400_000, default: fallback, description });

const Weight = (description: string) =>
  Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      description: `${description} Default: what suits the model.`,
    }),
  );

/** Every setting: its environment variable, what it means, and its default. */
export const Environment = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on.' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535, default: 3000, description: 'Port; 0: any.' }),
  PUBLIC_ORIGIN: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+$',
      description:
        'Origin of browsers that use the session cookie. Default: http://localhost:PORT.',
    }),
  ),
  CORS_ORIGINS: Type.String({
    default: '',
    description: 'Other origins whose pages may call with a bearer token, separated by commas.',
  }),
  TRUST_PROXY: Type.Boolean({
    default: false,
    description:
      'Take the caller’s address from X-Forwarded-For. Only behind a proxy that sets it.',
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: '^postgres(ql)?://',
      description: 'PostgreSQL 15 to 18 with pgvector. Default: embedded.',
    }),
  ),
  PARLEY_DATA_DIR: Type.String({
    minLength: 1,
    default: '.parley',
    description: 'Folder of the embedded database.',
  }),
  MIGRATE_ON_START: Type.Boolean({ default: true, description: 'Migrate before listening.' }),
  DATABASE_POOL_SIZE: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    default: 20,
    description: 'PostgreSQL connections.',
  }),
  DATABASE_CONNECT_TIMEOUT_MS: Milliseconds(5_000, 'Limit of a new connection.'),
  DATABASE_STATEMENT_TIMEOUT_MS: Milliseconds(10_000, 'Limit of one statement.'),
  DATABASE_LOCK_TIMEOUT_MS: Milliseconds(2_000, 'Limit of waiting for a lock.'),
  DATABASE_IDLE_TIMEOUT_MS: Milliseconds(10_000, 'Limit of an idle transaction.'),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'fatal, error, warn, info, debug, trace or silent.',
  }),
  RATE_LIMIT_MAX: Type.Integer({
    minimum: 1,
    default: 1_000,
    description: 'Requests a minute and caller.',
  }),
  LOGIN_RATE_LIMIT_MAX: Type.Integer({
    minimum: 1,
    default: 10,
    description: 'Logins a minute for an address and account; five times as many for either alone.',
  }),
  EVENT_LOOP_DELAY_MAX_MS: Type.Integer({
    minimum: 0,
    default: 2_000,
    description: 'Requests are refused while the event loop is later than this; 0: never.',
  }),
  BODY_LIMIT_BYTES: Type.Integer({ minimum: 1, default: 1_048_576, description: 'JSON bodies.' }),
  UPLOAD_LIMIT_BYTES: Type.Integer({ minimum: 1, default: 67_108_864, description: 'Uploads.' }),
  YT_DLP_PATH: Type.String({
    minLength: 1,
    default: 'yt-dlp',
    description: 'The yt-dlp that finds captions of videos. Where there is none: youtubei.js.',
  }),
  FETCH_TIMEOUT_MS: Milliseconds(30_000, 'Limit of fetching what a link leads to.'),
  ALLOW_URL_IMPORT: Type.Boolean({
    default: false,
    description: 'Fetch transcripts from any public URL, not from YouTube alone.',
  }),
  CHUNK_WORDS: Type.Integer({
    minimum: 20,
    maximum: 400,
    default: 80,
    description: 'Words in a chunk, about. Holds for new imports.',
  }),
  EMBEDDING_BASE_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^/]+',
      description: 'Server of embeddings that speaks OpenAI’s protocol. Default: hashed ones.',
    }),
  ),
  EMBEDDING_API_KEY: Type.Optional(Type.String({ description: 'Key for it.' })),
  EMBEDDING_HEADERS: Type.Optional(
    Type.String({ pattern: '^\\s*\\{', description: 'Further headers for it, as a JSON object.' }),
  ),
  EMBEDDING_MODEL: Type.Optional(
    Type.String({
      maxLength: 255,
      description: 'Its model, which an empty library takes. To switch later: npm run embeddings.',
    }),
  ),
  EMBEDDING_DIMENSIONS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 4_000,
      description: 'Length to ask for, of a model that can shorten vectors. Default: the model’s.',
    }),
  ),
  EMBEDDING_QUERY_PREFIX: Type.String({
    default: '',
    description: 'What the model wants before a question.',
  }),
  EMBEDDING_DOCUMENT_PREFIX: Type.String({
    default: '',
    description: 'What the model wants before a text that is searched.',
  }),
  EMBEDDING_BATCH: Type.Integer({
    minimum: 1,
    maximum: 2_048,
    default: 32,
    description: 'Texts in one request.',
  }),
  EMBEDDING_CONCURRENCY: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 4,
    description: 'Requests at once for imports, and as many for questions.',
  }),
  EMBEDDING_RETRIES: Type.Integer({
    minimum: 0,
    maximum: 10,
    default: 3,
    description: 'How often a failed request is tried again.',
  }),
  EMBEDDING_QUERY_TIMEOUT_MS: Milliseconds(5_000, 'Limit of embedding a question, with retries.'),
  EMBEDDING_TIMEOUT_MS: Milliseconds(60_000, 'Limit of embedding a batch of texts, with retries.'),
  SEARCH_WEIGHT_LEXICAL: Weight('Weight of the words in a hybrid search.'),
  SEARCH_WEIGHT_SEMANTIC: Weight('Weight of the vectors in a hybrid search.'),
  DEFAULT_LANGUAGE: Type.String({
    default: 'en',
    description: 'Language of transcripts that name none.',
  }),
});

export type Config = Readonly<Static<typeof Environment>>;

/**
 * Reads the settings.
 *
 * @param env such as `process.env`; settings that are empty count as not given
 * @throws Error that names the setting, when a value is not a valid one
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return envSchema<Static<typeof Environment>>({
    schema: Environment,
    data: Object.fromEntries(given),
    env: false,
  });
}

/** The origins whose pages may use the session cookie. */
export function publicOrigins({ PUBLIC_ORIGIN, PORT }: Config): string[] {
  if (PUBLIC_ORIGIN) return [PUBLIC_ORIGIN];
  // The two names by which people reach a server on their own machine.
  return [`http://localhost:${PORT}`, `http://127.0.0.1:${PORT}`];
}
