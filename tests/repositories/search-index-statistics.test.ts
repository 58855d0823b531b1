import fc from 'fast-check';
import { expect, test } from 'vitest';
import { activateRevision } from '../../src/library/activate-revision.ts';
import { addRevision } from '../../src/library/add-revision.ts';
import { correctSegment } from '../../src/library/correct-segment.ts';
import { importTranscript } from '../../src/library/import-transcript.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { readTranscript } from '../../src/transcripts/detect.ts';
import { onPostgres, openTestDatabase, query } from '../helpers/database.ts';
import { createUser, importDependencies } from '../helpers/factories.ts';
import { wordsOf } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);
const dependencies = await importDependencies(db);

type ChunkRow = { transcript: string; index: number; text: string; tokens: number };

const word = fc.constantFrom('oak', 'elm', 'ash', 'fir', 'yew', 'box');
const text = fc
  .array(fc.array(word, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 })
  .map((lines) => lines.map((line) => `${line.join(' ')}.`).join('\n'));
/** Imports a text, or does something to the oldest transcript that is left. */
const action = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('import' as const), text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revise' as const), text }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('correct' as const), text }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('go back' as const), text }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), text }) },
);

type Action = { kind: 'import' | 'revise' | 'correct' | 'go back' | 'delete'; text: string };

/** @param target the transcript that is changed; without one only an import does anything */
async function act(userId: string, { kind, text }: Action, target: string | undefined) {
  // Czech has no stemmer, so that the terms are the words.
  const details = { language: 'cs', activate: true };
  if (kind === 'import') {
    await importTranscript(dependencies, userId, readTranscript(text), { language: 'cs' });
  } else if (!target) return;
  else if (kind === 'revise') {
    await addRevision(dependencies, userId, target, readTranscript(text, 'text'), details);
  } else if (kind === 'correct') {
    await correctSegment(dependencies, userId, target, 0, { text });
  } else if (kind === 'go back') {
    await activateRevision(dependencies, userId, target, 1);
  } else await repositories.transcripts.delete(userId, target);
}

const transcriptIds = async () =>
  (await query<{ id: string }>(db, 'select id from transcripts order by created_at, id')).map(
    (row) => row.id,
  );

test('the index equals a recount after any sequence of imports, revisions and deletions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 10 }), async (actions) => {
      await query(db, 'delete from users');
      const { id: userId } = await createUser(repositories);
      for (const each of actions) await act(userId, each, (await transcriptIds())[0]);
      await expectRecount();
    }),
    { numRuns: 20 },
  );
});

/** What two who change the same transcript at once may be told. */
const TOLD = ['not_found', 'revision_conflict'];

test.skipIf(!onPostgres)(
  'the index equals a recount after any of them at once',
  async () => {
    const batch = fc.array(action, { minLength: 4, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 4 }), async (batches) => {
        await query(db, 'delete from users');
        const { id: userId } = await createUser(repositories);
        for (const actions of batches) {
          const targets = await transcriptIds();
          const done = actions.map((each, index) =>
            act(userId, each, targets[index % Math.max(1, targets.length)]),
          );
          for (const result of await Promise.allSettled(done)) {
            if (result.status === 'rejected') expect(TOLD).toContain(result.reason.code);
          }
        }
        await expectRecount();
      }),
      { numRuns: 15 },
    );
  },
  120_000,
);

async function expectRecount() {
  await repositories.vocabulary.sweepStale();
  const chunks = await query<ChunkRow>(
    db,
    `select transcript_id as transcript, chunk_index as index, chunk_text as text,
       token_count as tokens from chunks order by 1, 2`,
  );
  const byTranscript = Map.groupBy(chunks, (chunk) => chunk.transcript);
  expect([...byTranscript.keys()].toSorted()).toEqual((await transcriptIds()).toSorted());

  const stats = [...byTranscript].map(([transcript, rows]) => ({
    transcript,
    chunks: rows.length,
    tokens: rows.reduce((sum, row) => sum + row.tokens, 0),
  }));
  expect(
    await query(
      db,
      `select transcript_id as transcript, chunk_count as chunks, token_count as tokens
       from corpus_stats order by 1`,
    ),
  ).toEqual(stats);

  const postings = chunks.flatMap((chunk) =>
    [...new Set(wordsOf(chunk.text))].map((term) => ({
      transcript: chunk.transcript,
      index: chunk.index,
      term,
      frequency: wordsOf(chunk.text).filter((word) => word === term).length,
      length: chunk.tokens,
    })),
  );
  const stored = await query<(typeof postings)[number]>(
    db,
    `select transcript_id as transcript, entry >> 8 as index, term, (entry & 255) + 1 as frequency,
       lengths[(entry >> 8) + 1] as length
     from postings join terms on terms.id = term_id join corpus_stats on key = transcript_key,
       unnest(array_prepend(first_entry, other_entries)) as entry`,
  );
  const keyed = (rows: typeof postings) => rows.map((row) => JSON.stringify(row)).toSorted();
  expect(keyed(stored)).toEqual(keyed(postings));

  const said = new Set(chunks.flatMap((chunk) => wordsOf(chunk.text)));
  const known = await query<{ term: string }>(db, 'select distinct term from terms order by 1');
  expect(known.map(({ term }) => term)).toEqual([...said].toSorted());
}
