import { describe, expect, test } from 'vitest';
import { onPostgres, query } from '../helpers/database.ts';
import { ASR, MANUAL, server, setUp } from '../routes/revising.ts';

const QUESTION = 'What had the hunting cock lost?';
/** Until so many requests have come to a lock that another one holds. */
const waiting = (count: number) =>
  expect
    .poll(() =>
      query(
        server.db,
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      ),
    )
    .toHaveLength(count);

/** Somebody with an answer that cites the transcript, and the way to that conversation. */
async function setUpCited() {
  const mill = await setUp();
  const { citations } = await mill.ask(QUESTION);
  expect(citations).toHaveLength(1);
  const [cited] = await query<{ id: string; conversation: string }>(
    server.db,
    `select c.id, m.conversation_id as conversation from citations c
     join messages m on m.id = c.message_id where c.transcript_id = '${mill.id}'`,
  );
  const { id, conversation } = cited ?? { id: '', conversation: '' };
  return { ...mill, citation: id, conversation };
}

describe.skipIf(!onPostgres)(
  'a conversation that is deleted while its transcript is revised',
  () => {
    test('goes, and the revision comes, when the deletion was first', async () => {
      const mill = await setUpCited();
      const [added] = await server.db.transaction(async (tx) => {
        await query(tx, `delete from conversations where id = '${mill.conversation}'`);
        const adding = mill.add({ text: MANUAL });
        await waiting(1);
        return [adding];
      });
      expect((await added)?.status).toBe(201);
      expect(await mill.segments()).toHaveLength(5);
    });

    test('goes, and the revision comes, when the revision was first', async () => {
      const mill = await setUpCited();
      await mill.add({ text: MANUAL });
      const [added, deleted] = await server.db.transaction(async (tx) => {
        // Keeps the revision from forgetting where the citation was, until both are on their way.
        await query(
          tx,
          `select from citation_anchors where citation_id = '${mill.citation}' for update`,
        );
        const adding = mill.add({ text: ASR.replace('hunting cock', 'hunting clock') });
        await waiting(1);
        const deleting = mill.actor.request('DELETE', `/v1/conversations/${mill.conversation}`);
        await waiting(2);
        return [adding, deleting];
      });
      expect((await added)?.status).toBe(201);
      expect((await deleted)?.status).toBe(204);
      expect(await mill.revisions()).toHaveLength(3);
      expect(
        await query(server.db, `select from citations where id = '${mill.citation}'`),
      ).toHaveLength(0);
    });
  },
);
