import { expect, test } from 'vitest';
import { carryCitations } from '../../src/library/carry-citations.ts';
import { prepareAnchors } from '../../src/library/prepare-anchors.ts';
import { readSegments } from '../../src/library/read-segments.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { query } from '../helpers/database.ts';
import { MANUAL, server, setUp } from './revising.ts';

const QUESTION = 'What had the hunting cock lost?';

test('what is cited and what is deleted after a revision was prepared is carried over with it', async () => {
  const mill = await setUp();
  const userId = mill.actor.user.id;
  await mill.ask(QUESTION);
  const elsewhere = await mill.actor.request<{ id: string }>('POST', '/v1/conversations', {});
  const conversation = `/v1/conversations/${elsewhere.body.id}`;
  await mill.actor.request('POST', `${conversation}/messages`, { content: QUESTION });
  const { revision } = (await mill.add({ text: MANUAL, activate: false })).body;
  const segments = await readSegments(server.repositories, userId, revision.id);
  const anchors = await prepareAnchors(server.repositories, userId, mill.id, 2, segments);
  expect([...anchors.found.values()]).toEqual(
    Array(2).fill({
      status: 'anchored',
      firstSegment: 3,
      lastSegment: 3,
      startMs: 14_000,
      endMs: 18_000,
    }),
  );

  await mill.actor.request('DELETE', conversation);
  await mill.ask(QUESTION);
  const to = { transcriptId: mill.id, number: 2 };
  await server.db.transaction((tx) => carryCitations(createRepositories(tx), userId, to, anchors));
  expect(
    await query(
      server.db,
      `select c.revision_number as cited, a.revision_number as current, a.first_segment
       from citations c left join citation_anchors a on a.citation_id = c.id
       where c.transcript_id = '${mill.id}'`,
    ),
  ).toEqual(Array(2).fill({ cited: 1, current: 2, first_segment: 3 }));
});

test('citations of the very revision are not carried over to it, whatever was prepared', async () => {
  const mill = await setUp();
  const userId = mill.actor.user.id;
  await mill.ask(QUESTION);
  const { currentRevisionId } = (await mill.add({ text: MANUAL, activate: false })).body.transcript;
  const segments = await readSegments(server.repositories, userId, currentRevisionId ?? '');
  const anchors = await prepareAnchors(server.repositories, userId, mill.id, undefined, segments);
  expect(anchors.found.size).toBe(1);
  await server.db.transaction((tx) =>
    carryCitations(createRepositories(tx), userId, { transcriptId: mill.id, number: 1 }, anchors),
  );
  const ids = [...anchors.found.keys()].map((id) => `'${id}'`).join();
  expect(
    await query(server.db, `select from citation_anchors where citation_id in (${ids})`),
  ).toEqual([]);
});
