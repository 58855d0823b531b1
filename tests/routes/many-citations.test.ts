import { expect, test } from 'vitest';
import { closeAllAbandoned } from '../../src/chat/live/close-abandoned.ts';
import type { Message } from '../../src/schemas/messages.ts';
import { playAnswerer } from '../helpers/answerer.ts';
import { buildTestApp } from '../helpers/app.ts';
import { query } from '../helpers/database.ts';
import { createMessage, importSample } from '../helpers/factories.ts';

const played = playAnswerer();
const { client, db, repositories } = await buildTestApp({}, { answerers: played.answerers });
const ada = await client.register();
const { transcript } = await importSample(db, ada.user.id);

async function ask(more = {}) {
  const { id } = await repositories.conversations.create(ada.user.id, {});
  const body = { content: 'Why?', ...more };
  return ada.request<Message>('POST', `/v1/conversations/${id}/messages`, body);
}

test.each([false, true])(
  'an answer that cites without end is stored with 500 citations (strict: %s)',
  async (strictCitations) => {
    played.script = async function* () {
      for (let index = 0; index < 6_000; index += 1) yield 'It stalled [s1].\n';
    };
    const { status, body } = await ask({ strictCitations });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'complete' });
    expect(body.citations.map(({ number }) => number)).toEqual(
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
    expect(body.content.match(/\[\d+\]/g)).toHaveLength(500);
    // In a strict answer no sentence stays whose id was dropped.
    expect(body.content.match(/stalled/g)).toHaveLength(strictCitations ? 500 : 6_000);
    const [stored] = await query<{ metadata: object }>(
      db,
      `select metadata from messages where id = '${body.id}'`,
    );
    expect(stored?.metadata).toMatchObject({ surplusCitations: 5_500 });
  },
);

const citation = {
  ...{ transcriptId: transcript.id, revision: 1, firstSegment: 0, lastSegment: 0 },
  ...{ startMs: 0, endMs: null, speaker: null, quote: '“Say” 🎡\n', quoteMatch: 'exact' as const },
  ...{ answerStart: 0, answerEnd: 3 },
};

test('as many citations as an answer of an older version may have are stored', async () => {
  const { id } = await createMessage(repositories, ada.user.id, {
    ...{ role: 'assistant', status: 'streaming' },
  });
  const citations = Array.from({ length: 6_000 }, (_, index) => ({
    ...citation,
    number: index + 1,
  }));
  const values = { content: 'Say', status: 'complete' as const, metadata: {}, citations };
  const stored = await repositories.messages.finish(ada.user.id, id, values);
  expect(stored?.citations).toHaveLength(6_000);
  expect(stored?.citations.at(-1)).toMatchObject({ ...citation, number: 6_000 });
});

test('answers that cannot be ended do not keep the others from it', async () => {
  await query(db, 'delete from conversations');
  const left = { role: 'assistant', status: 'streaming', content: '' } as const;
  await Promise.all(
    Array.from({ length: 103 }, () => createMessage(repositories, ada.user.id, left)),
  );
  // 102 of them, the first by their ids, refuse their end.
  await query(
    db,
    `create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'never'; end $$`,
  );
  const [last] = await query<{ id: string }>(
    db,
    'select id from messages order by id desc limit 1',
  );
  await query(
    db,
    `create trigger refuse before update on messages for each row
      when (old.id <> '${last?.id}') execute function refuse()`,
  );
  await expect(repositories.messageLeases.listAbandoned(200)).resolves.toHaveLength(103);
  const failure = await closeAllAbandoned({ db }).catch((error: AggregateError) => error);
  expect(failure?.errors).toHaveLength(102);
  const ended = await query(db, `select id from messages where status = 'interrupted'`);
  expect(ended).toEqual([{ id: last?.id }]);
});
