import { APICallError, embedMany, generateText, streamText } from 'ai';
import { expect, test } from 'vitest';
import { listen, QUESTION, VIDEO } from './openai-listening.ts';

const { sdk, says, state, transcript } = await listen();
const LINK = `[1](https://youtu.be/${VIDEO}?t=`;

test('the AI SDK generates', async () => {
  says('The wheel stalled [s1].');
  const { text, usage, finishReason } = await generateText({
    model: sdk('parley'),
    system: 'Be brief.',
    messages: QUESTION,
    providerOptions: { parley: { metadata: { scope: `{"transcriptIds":["${transcript.id}"]}` } } },
  });
  expect(text).toContain(`The wheel stalled ${LINK}`);
  expect(usage).toMatchObject({ inputTokens: 11, outputTokens: 7, totalTokens: 18 });
  expect(finishReason).toBe('stop');
  expect(state.asked.at(-1)?.scope).toEqual({ transcriptIds: [transcript.id] });
});

test('the AI SDK streams the same', async () => {
  says('The wheel ', 'stalled [s1', '].');
  const result = streamText({ model: sdk(`parley:${transcript.id}`), messages: QUESTION });
  const pieces: string[] = [];
  for await (const piece of result.textStream) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.join('')).toContain(`The wheel stalled ${LINK}`);
  expect(await result.usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
  expect(await result.finishReason).toBe('stop');
});

test('it stops where it is told to', async () => {
  says('One two. Three.');
  const { text } = await generateText({
    model: sdk('parley'),
    prompt: 'Why?',
    stopSequences: ['Three'],
  });
  expect(text).toBe('One two. ');
});

test('it reads the errors, in an answer and in a stream', async () => {
  const asked = generateText({ model: sdk('gpt-4o'), messages: QUESTION, maxRetries: 0 });
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!APICallError.isInstance(error)) return expect.fail(String(error));
  expect(error).toMatchObject({ statusCode: 404, message: expect.stringMatching(/no such model/) });

  state.script = async function* () {
    yield 'The ';
    throw new Error('gone');
  };
  const errors: unknown[] = [];
  const { fullStream } = streamText({
    model: sdk('parley'),
    messages: QUESTION,
    onError: () => {},
  });
  for await (const part of fullStream) if (part.type === 'error') errors.push(part.error);
  expect(errors).toHaveLength(1);
});

test('it embeds', async () => {
  const { embeddings, usage } = await embedMany({
    model: sdk.embeddingModel('parley'),
    values: ['hunting cog', 'tide mill'],
  });
  expect(embeddings.map(({ length }) => length)).toEqual([1_024, 1_024]);
  expect(usage.tokens).toBeGreaterThan(3);
});
