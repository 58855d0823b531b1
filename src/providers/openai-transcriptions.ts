import { createModelClient, type ModelClientOptions } from './model-client.ts';
import { readTranscription } from './read-transcription.ts';
import { formBody } from './request-body.ts';
import type { SpeechRequest, SpeechToText } from './speech-to-text.ts';

type OpenAiTranscriptionsOptions = Omit<
  ModelClientOptions,
  'firstByteTimeoutMs' | 'pieceTimeoutMs'
> & {
  /** The model for who names none, and all that may be named. */
  model: string;
  models: readonly string[];
  /** With times of words, or with speakers. */
  responseFormat: 'verbose_json' | 'diarized_json';
  /** The largest file that the endpoint takes. */
  maxBytes: number;
};

type Field = readonly [name: string, value: string];

/**
 * Speech to text of a server that speaks OpenAI's protocol: OpenAI, whisper.cpp, speaches, LocalAI.
 * https://platform.openai.com/docs/api-reference/audio/createTranscription
 */
export function createOpenAiTranscriptions(options: OpenAiTranscriptionsOptions): SpeechToText {
  const { model, models, maxBytes, timeoutMs } = options;
  // Nothing comes before all has been heard, so that silence says nothing.
  const silence = { firstByteTimeoutMs: timeoutMs, pieceTimeoutMs: timeoutMs };
  const client = createModelClient({ ...options, ...silence });
  return {
    ...{ provider: 'openai-compatible', model, models, maxBytes },

    async transcribe({ name, mediaType, bytes }, request) {
      const body = formBody(fieldsOf(request), { name, mediaType, bytes });
      return readTranscription(await client.form('/audio/transcriptions', body, request.signal));
    },
  };

  function fieldsOf({ model, language, prompt }: SpeechRequest): Field[] {
    return [
      ['model', model],
      ['response_format', options.responseFormat],
      // Endpoints know languages by their two or three letters.
      ...(language === undefined ? [] : [['language', language.split('-', 1)[0] ?? ''] as const]),
      ...(options.responseFormat === 'verbose_json' ? wordFields(prompt) : DIARIZED),
    ];
  }
}

const wordFields = (prompt: string | undefined): Field[] => [
  ['timestamp_granularities[]', 'segment'],
  ['timestamp_granularities[]', 'word'],
  ...(prompt === undefined ? [] : [['prompt', prompt] as const]),
];

/** A model that tells speakers apart takes no prompt, and has to be told to cut what is long. */
const DIARIZED: Field[] = [['chunking_strategy', 'auto']];
