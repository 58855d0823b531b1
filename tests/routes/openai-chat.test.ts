import type OpenAI from 'openai';
import { expect, test } from 'vitest';
import { importText } from '../helpers/factories.ts';
import { listen, QUESTION, VIDEO } from './openai-listening.ts';

const parley = await listen();
const { openai, says, state, ada, db, transcript } = parley;

type Choice = OpenAI.ChatCompletion.Choice;
type Delta = OpenAI.ChatCompletionChunk.Choice.Delta & {
  annotations?: OpenAI.ChatCompletionMessage['annotations'];
};

const ask = (more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {}) =>
  openai.chat.completions.create({ model: 'parley', messages: QUESTION, ...more });
const choiceOf = ({ choices: [choice] }: OpenAI.ChatCompletion): Choice =>
  choice ?? expect.fail('no choice');

async function stream(more: Partial<OpenAI.ChatCompletionCreateParamsStreaming> = {}) {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  const params = { model: 'parley', messages: QUESTION, ...more, stream: true } as const;
  for await (const chunk of await openai.chat.completions.create(params)) chunks.push(chunk);
  const deltas = chunks.flatMap(({ choices }) => choices.map((choice): Delta => choice.delta));
  return {
    chunks,
    deltas,
    content: deltas.map(({ content }) => content ?? '').join(''),
    annotations: deltas.flatMap(({ annotations }) => annotations ?? []),
    finish: chunks.flatMap(({ choices }) => choices.flatMap((one) => one.finish_reason ?? [])),
  };
}

const LINK = /^\[\d+\]\(https:\/\/youtu\.be\/T1deM1ll_07\?t=\d+\)$/;

test('an answer has the shape of a completion, and its links are annotated', async () => {
  says('The wheel 🌊 ', 'stalled [s', '1]. It froze [s2].');
  const completion = await ask();
  expect(completion).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion',
    model: 'parley',
    usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
    _request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(Math.abs(completion.created - Date.now() / 1_000)).toBeLessThan(60);
  const { message, finish_reason } = choiceOf(completion);
  expect(finish_reason).toBe('stop');
  expect(message.role).toBe('assistant');
  const { content, annotations = [] } = message;
  expect(content).toMatch(/^The wheel 🌊 stalled \[1\]\(\S+\)\. It froze \[2\]\(\S+\)\.$/);
  expect(annotations).toHaveLength(2);
  for (const { type, url_citation: cited } of annotations) {
    expect(type).toBe('url_citation');
    const link = content?.slice(cited.start_index, cited.end_index) ?? '';
    expect(link).toMatch(LINK);
    expect(link).toContain(`(${cited.url})`);
    expect(cited.title).toMatch(/^Grinding by the Moon, \d+:\d\d$/);
  }
});

test('a stream spells the same, splits no link, and ends with its usage', async () => {
  says('The wheel 🌊 ', 'stalled [s', '1]. It froze [s2].');
  const whole = choiceOf(await ask()).message;
  const { chunks, deltas, content, annotations, finish } = await stream({
    stream_options: { include_usage: true },
  });
  expect(content).toBe(whole.content);
  expect(annotations).toEqual(whole.annotations);
  expect(finish).toEqual(['stop']);
  expect(deltas[0]).toMatchObject({ role: 'assistant' });
  expect(deltas.filter(({ role }) => role)).toHaveLength(1);
  for (const { content: piece = '' } of deltas) {
    if (piece?.includes('](')) expect(piece).toMatch(LINK);
  }
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 18 } });
  expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  for (const { usage } of (await stream()).chunks) expect(usage).toBeUndefined();
});

test('the client’s own helper puts the same message together', async () => {
  says('The wheel stalled [s1]. It froze [s2].');
  const whole = choiceOf(await ask()).message;
  const params = { model: 'parley', messages: QUESTION };
  const message = await openai.chat.completions.stream(params).finalMessage();
  expect(message.content).toBe(whole.content);
  expect(message.annotations).toEqual(whole.annotations);
});

test('the answer can be sent back, and the next question follows it', async () => {
  says('The wheel stalled [s1].');
  const { message } = choiceOf(await ask());
  await ask({
    messages: [
      { role: 'system', content: 'Do not cite.' },
      ...QUESTION,
      message,
      { role: 'user', content: [{ type: 'text', text: 'And then?' }] },
    ],
  });
  expect(state.asked.at(-1)).toMatchObject({
    content: 'And then?',
    history: [
      { role: 'user', content: expect.stringContaining('Do not cite.') },
      QUESTION[0],
      { role: 'assistant', content: 'The wheel stalled [1].' },
    ],
  });
});

test.each([
  ['ends before a stop', ['A B', 'C D'], { stop: 'BC' }, 'A ', 'stop'],
  [
    'ends before one of four',
    ['One. ', 'Two.\n', '\nThree.'],
    { stop: ['###', '\n\n', 'Four', 'x'] },
    'One. Two.',
    'stop',
  ],
  ['goes on where no stop comes', ['A B', 'C D'], { stop: ['BD'] }, 'A BC D', 'stop'],
  ['takes null for a stop', ['A'], { stop: null }, 'A', 'stop'],
  [
    'ends where its tokens do',
    ['One two three', ' four five'],
    { max_tokens: 4 },
    'One two three four',
    'length',
  ],
  ['knows the newer name', ['One two three'], { max_completion_tokens: 2 }, 'One two', 'length'],
])('an answer %s, streamed or not', async (_, pieces, more, content, reason) => {
  says(...pieces);
  const ended = state.ended;
  const completion = await ask(more);
  expect(choiceOf(completion)).toMatchObject({ message: { content }, finish_reason: reason });
  expect(completion.usage?.prompt_tokens).toBeGreaterThan(0);
  const streamed = await stream(more);
  expect([streamed.content, streamed.finish]).toEqual([content, [reason]]);
  expect(state.ended - ended).toBe(2);
});

test('an answer that ends early ends its answerer, and is counted here', async () => {
  parley.saysAndWaits('One two three four STOP five');
  const completion = await ask({ stop: 'STOP' });
  expect(choiceOf(completion).message.content).toBe('One two three four ');
  expect(state.asked.at(-1)?.signal.aborted).toBe(true);
  expect(completion.usage?.completion_tokens).toBeGreaterThan(3);
});

test('a link is cut as a whole', async () => {
  says('One two [s1] three');
  for (const max_tokens of [3, 4, 5]) {
    const { message, finish_reason } = choiceOf(await ask({ max_tokens }));
    expect([message.content?.trimEnd(), finish_reason]).toEqual(['One two', 'length']);
    expect(message.annotations).toEqual([]);
  }
});

const EVIL = 'https://evil.example';

test('nothing that was said or written becomes a link of its own', async () => {
  says(
    `He said “[click](${EVIL})” ![x](${EVIL}/?q=1) <img src="${EVIL}">\n`,
    `[1]: ${EVIL}\n[s1](${EVIL}) \\[x](${EVIL}) wow![s2]`,
  );
  const { content } = choiceOf(await ask()).message;
  const live = [...(content ?? '').matchAll(/(?<!\\)(?:\\\\)*(!?\[[^\]]*\]\([^)]*\)|<\w)/g)];
  expect(live.map(([, link]) => link)).toEqual([
    expect.stringMatching(LINK),
    expect.stringMatching(LINK),
  ]);
  expect(content).toContain(`\\[1]: ${EVIL}`);
});

test('a transcript without a video is cited by its address here, and titles cannot break out', async () => {
  const title = `](${EVIL}) "quoted" <b>`;
  const { transcript: own } = await importText(
    db,
    ada.user.id,
    '1\n00:01:05,000 --> 00:01:08,000\nThe sluice stuck.\n',
    { title },
  );
  says(`It stuck [s1](${EVIL}).`);
  const { message } = choiceOf(await ask({ model: `parley:${own.id}` }));
  expect(message.content).toBe(`It stuck [1]\\(${EVIL}).`);
  expect(message.annotations).toEqual([
    {
      type: 'url_citation',
      url_citation: {
        start_index: 9,
        end_index: 12,
        title: `${title}, 1:05`,
        url: `http://localhost:3000/v1/transcripts/${own.id}#t=65`,
      },
    },
  ]);
});

test('the model or the metadata narrows what is read', async () => {
  const { transcript: other } = await importText(db, ada.user.id, 'The wheel is a wheel.');
  says('Well.');
  const scopeOf = async (more: object) => {
    await ask(more);
    return state.asked.at(-1)?.scope;
  };
  const both = { transcriptIds: [transcript.id, other.id] };
  expect(await scopeOf({ model: `parley:${transcript.id},${other.id}` })).toEqual(both);
  expect(await scopeOf({ model: `parley:youtube:${VIDEO}` })).toEqual({
    transcriptIds: [transcript.id],
  });
  expect(await scopeOf({ metadata: { scope: JSON.stringify(both) } })).toEqual(both);
  expect(await scopeOf({ metadata: { scope: both } })).toEqual(both);
  const timeRanges = [{ transcriptId: transcript.id, startMs: 0, endMs: 60_000 }];
  expect(
    await scopeOf({ model: `parley:${transcript.id}`, metadata: { scope: { timeRanges } } }),
  ).toEqual({ transcriptIds: [transcript.id], timeRanges });
});

test('parameters that clients send and that change nothing are taken', async () => {
  says('Well [s1].');
  const { message } = choiceOf(
    await ask({
      n: 1,
      temperature: 0.2,
      top_p: 1,
      seed: 7,
      user: 'ada',
      presence_penalty: 0,
      frequency_penalty: null,
      logprobs: false,
      store: false,
      modalities: ['text'],
      response_format: { type: 'text' },
      parallel_tool_calls: true,
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      tool_choice: 'auto',
      reasoning_effort: 'low',
      metadata: { strictCitations: 'true', model: 'scripted' },
    }),
  );
  expect(message.content).toMatch(/^Well \[1\]\(.*\)\.$/);
});

const OPTIONAL = [
  ...['metadata', 'stream', 'stream_options', 'stop', 'max_tokens', 'max_completion_tokens', 'n'],
  ...['logprobs', 'top_logprobs', 'logit_bias', 'store', 'response_format', 'modalities', 'tools'],
  ...['tool_choice', 'functions', 'function_call', 'parallel_tool_calls', 'prediction', 'audio'],
  ...[
    'web_search_options',
    'temperature',
    'top_p',
    'frequency_penalty',
    'presence_penalty',
    'seed',
  ],
  ...['user', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention', 'verbosity'],
  ...['reasoning_effort', 'service_tier'],
];

test.each([
  ['null for every parameter', Object.fromEntries(OPTIONAL.map((name) => [name, null]))],
  [
    'null within a parameter',
    {
      metadata: { scope: null, model: null, strictCitations: null },
      stream_options: { include_usage: null, include_obfuscation: null },
    },
  ],
  ['what says nothing', { logit_bias: {}, functions: [], top_logprobs: 0, function_call: 'auto' }],
])('%s is taken for not set', async (_, more) => {
  says('Well [s1].');
  const body = { model: 'parley', messages: QUESTION, ...more };
  const { status } = await ada.request('POST', '/v1/openai/chat/completions', body);
  expect(status).toBe(200);
});

test.each([
  { logit_bias: { 50256: -100 } },
  { functions: [{ name: 'f' }] },
  { top_logprobs: 2 },
  { prediction: { type: 'content', content: 'Well' } },
  { audio: { voice: 'alloy', format: 'mp3' } },
])('%j is refused', async (more) => {
  const body = { model: 'parley', messages: QUESTION, ...more };
  const { status } = await ada.request('POST', '/v1/openai/chat/completions', body);
  expect(status).toBe(400);
});

test('nothing of it is stored', async () => {
  says('The wheel stalled [s1].');
  await ask();
  await stream();
  const { body } = await ada.request<{ data: unknown[] }>('GET', '/v1/conversations');
  expect(body.data).toEqual([]);
});
