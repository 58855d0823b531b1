import { envSchema } from 'env-schema';
import { type Static, Type } from 'typebox';
import { answerSettings } from './settings/answers.ts';
import { databaseSettings } from './settings/database.ts';
import { embeddingSettings, readEmbeddingEndpoint } from './settings/embeddings.ts';
import { importSettings } from './settings/imports.ts';
import { jobSettings } from './settings/jobs.ts';
import { languageModelSettings, readLanguageModels } from './settings/language-models.ts';
import { mediaSettings } from './settings/media.ts';
import { modelCallSettings, readModelCalls } from './settings/model-calls.ts';
import { readProgramEnvironment } from './settings/programs.ts';
import { searchSettings } from './settings/search.ts';
import { serverSettings } from './settings/server.ts';
import { readSpeechToText, speechSettings } from './settings/speech.ts';

/** Every setting: its environment variable, what it means, and its default. */
export const Environment = Type.Object({
  ...serverSettings,
  ...databaseSettings,
  ...importSettings,
  ...mediaSettings,
  ...searchSettings,
  ...answerSettings,
  ...jobSettings,
  ...languageModelSettings,
  ...embeddingSettings,
  ...modelCallSettings,
  ...speechSettings,
});

export type Config = Readonly<Static<typeof Environment>> & {
  /** What programs are given of the environment: no setting, but what they need to run. */
  readonly programEnvironment: NodeJS.ProcessEnv;
};

/**
 * Reads the settings.
 *
 * @param env such as `process.env`; settings that are empty count as not given
 * @throws Error that names the setting, when a value is not a valid one or does not fit to others
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  const config = envSchema<Static<typeof Environment>>({
    schema: Environment,
    data: Object.fromEntries(given),
    env: false,
  });
  readLanguageModels(config);
  readEmbeddingEndpoint(config);
  readModelCalls(config);
  readSpeechToText(config);
  return { ...config, programEnvironment: readProgramEnvironment(env) };
}

/** The origins whose pages may use the session cookie. */
export function publicOrigins({ PUBLIC_ORIGIN, PORT }: Config): string[] {
  if (PUBLIC_ORIGIN) return [PUBLIC_ORIGIN];
  // The two names by which people reach a server on their own machine.
  return [`http://localhost:${PORT}`, `http://127.0.0.1:${PORT}`];
}
