import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import OpenAI from 'openai';
import { createAnswerers } from '../../src/chat/answerers.ts';
import { buildTestApp } from '../helpers/app.ts';
import { importSample } from '../helpers/factories.ts';
import { createScripted } from '../helpers/scripted.ts';

export const VIDEO = 'T1deM1ll_07';
export const QUESTION = [{ role: 'user' as const, content: 'Why did the wheel stall?' }];

/** The app on a port, with a scripted answerer, a user who has a video, and clients of both makes. */
export async function listen(settings: NodeJS.ProcessEnv = {}) {
  const scripted = createScripted();
  const parley = await buildTestApp(settings, {
    answerers: createAnswerers([scripted.answerer]),
  });
  const ada = await parley.client.register();
  const { transcript } = await importSample(parley.db, ada.user.id, {
    title: 'Grinding by the Moon',
    youtubeVideoId: VIDEO,
  });
  const key = await ada.byApiKey('chat', 'read');
  const address = await parley.app.listen({ port: 0 });
  const baseURL = `${address}/v1/openai`;
  /** Asks for a stream under an Idempotency-Key. */
  const stream = (name: string, signal?: AbortSignal) =>
    fetch(`${baseURL}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'parley', messages: QUESTION, stream: true }),
      headers: {
        authorization: `Bearer ${key.token}`,
        'content-type': 'application/json',
        'idempotency-key': name,
      },
      ...(signal ? { signal } : {}),
    });
  return {
    ...parley,
    ...scripted,
    ada,
    transcript,
    baseURL,
    stream,
    key: key.token,
    openai: new OpenAI({ apiKey: key.token, baseURL, maxRetries: 0 }),
    sdk: createOpenAICompatible({
      name: 'parley',
      apiKey: key.token,
      baseURL,
      includeUsage: true,
    }),
  };
}
