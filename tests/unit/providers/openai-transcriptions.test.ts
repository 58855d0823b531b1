import { setTimeout } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { createOpenAiTranscriptions } from '../../../src/providers/openai-transcriptions.ts';
import type { Script } from '../../../src/providers/scripted/script.ts';
import { playModel } from '../../helpers/model-server.ts';
import { toneWav } from '../../helpers/recordings.ts';

const KEY = 'sk-a-key-that-nobody-must-see';
const bytes = toneWav(12_000);
const speech = { bytes, name: 'recording.wav', mediaType: 'audio/wav', durationMs: 12_000 };

// The shortest waits that the jitter may choose.
vi.spyOn(Math, 'random').mockReturnValue(0);

type Options = Partial<Parameters<typeof createOpenAiTranscriptions>[0]>;

async function connect(transcriptions: Script['transcriptions'] = [], options: Options = {}) {
  const server = await playModel({ transcriptions });
  const provider = createOpenAiTranscriptions({
    ...{ baseUrl: server.baseUrl, apiKey: KEY, model: 'whisper-1', models: ['whisper-1'] },
    ...{ responseFormat: 'verbose_json', maxBytes: 1_000_000, timeoutMs: 600_000, maxRetries: 2 },
    ...{ concurrency: 2, ...options },
  });
  const { signal } = new AbortController();
  const hear = (request = {}) =>
    provider.transcribe(speech, { model: 'whisper-1', signal, ...request });
  return { server, hear };
}

describe('a transcription', () => {
  test('is asked for as a form, and read with segments and words', async () => {
    const { server, hear } = await connect();
    const heard = await hear({ language: 'de-CH', prompt: 'Größe: "5\r\n--x' });
    expect(server.requests[0]?.body).toEqual({
      model: 'whisper-1',
      response_format: 'verbose_json',
      language: 'de',
      'timestamp_granularities[]': ['segment', 'word'],
      prompt: 'Größe: "5\r\n--x',
      file: { name: 'recording.wav', type: 'audio/wav', size: bytes.length },
    });
    expect(server.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}` });
    expect(heard.segments).toMatchObject([
      { start: 0, end: 10, text: 'the mill grinds by the moon and stalls at noon 1.' },
      { start: 10, end: 12, text: 'the mill 2.' },
    ]);
    expect(heard.words).toHaveLength(12);
  });

  test('with speakers has neither prompt nor granularities', async () => {
    const { server, hear } = await connect([], { responseFormat: 'diarized_json' });
    const { segments } = await hear({ prompt: 'Names' });
    expect(server.requests[0]?.body).toMatchObject({ chunking_strategy: 'auto' });
    expect(Object.keys(server.requests[0]?.body ?? {})).not.toContain('prompt');
    expect(segments?.map(({ speaker }) => speaker)).toEqual(['A', 'B']);
  });

  test('of an endpoint that knows no times is its text', async () => {
    const { hear } = await connect([{ body: '{"text": "Hello."}' }]);
    expect(await hear()).toEqual({ text: 'Hello.' });
  });

  test.each([429, 500, 503])('is tried again after a %i', async (status) => {
    const { server, hear } = await connect([{ status, times: 1 }, {}]);
    expect((await hear()).segments).toHaveLength(2);
    expect(server.requests).toHaveLength(2);
  });

  test('waits as long as Retry-After says', async () => {
    const { server, hear } = await connect([
      { status: 429, headers: { 'retry-after': '1' }, times: 1 },
      {},
    ]);
    await hear();
    const [first, second] = server.requests;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(900);
  });

  test.each([
    ['no JSON', 'Hello.'],
    ['nothing', ''],
    ['no text', '{}'],
    ['times that are none', '{"text": "a", "segments": [{"start": "0", "end": 1, "text": "a"}]}'],
    ['times before the start', '{"text": "a", "segments": [{"start": -1, "end": 1, "text": "a"}]}'],
  ])('that is %s is a failure of the model', async (_, body) => {
    const { hear } = await connect([{ body }]);
    await expect(hear()).rejects.toMatchObject({ code: 'model_failed' });
  });

  test('that takes too long is given up', async () => {
    const { server, hear } = await connect([{ waitMs: 600_000 }], { timeoutMs: 300 });
    await expect(hear()).rejects.toMatchObject({ code: 'model_timeout' });
    await server.requests[0]?.closed;
  });

  test('that nobody waits for any more ends at the provider before its answer', async () => {
    const { server, hear } = await connect([{ waitMs: 600_000 }]);
    const controller = new AbortController();
    const heard = hear({ signal: controller.signal });
    const failed = expect(heard).rejects.toThrow('gone');
    while (server.requests.length === 0) await setTimeout(10);
    controller.abort(new Error('gone'));
    await failed;
    await server.requests[0]?.closed;
  });

  test('that is refused says why in the log, without the key', async () => {
    const { hear } = await connect([{ status: 401, body: `No such key: ${KEY}` }]);
    const error = await hear().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'model_failed' });
    const cause = error instanceof Error ? String(error.cause) : '';
    expect(cause).toContain('No such key: …');
    expect(JSON.stringify(error) + cause).not.toContain(KEY);
  });
});
