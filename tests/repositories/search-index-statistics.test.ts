import fc from 'fast-check';
import { expect, test } from 'vitest';
import { activateRevision } from '../../src/library/activate-revision.ts';
import { addRevision } from '../../src/library/add-revision.ts';
import { correctSegment } from '../../src/library/correct-segment.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { readTranscript } from '../../src/transcripts/detect.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createUser, importDependencies, importText } from '../helpers/factories.ts';
import { wordsOf } from './library-fixture.ts';

const { db } = await openTestDatabase();
const repositories = createRepositories(db);

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

test('the index equals a recount after any sequence of imports, revisions and deletions', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 10 }), async (actions) => {
      await query(db, 'delete from users');
      const { id: userId } = await createUser(repositories);
      const held = new Set<string>();
      const dependencies = await importDependencies(db);
      for (const { kind, text } of actions) {
        const [oldest] = held;
        if (kind === 'import') {
          // Czech has no stemmer, so that the terms are the words.
          const { transcript } = await importText(db, userId, text, { language: 'cs' });
          held.add(transcript.id);
        } else if (!oldest) {
        } else if (kind === 'revise') {
          const details = { language: 'cs', activate: true };
          await addRevision(dependencies, userId, oldest, readTranscript(text, 'text'), details);
        } else if (kind === 'correct') {
          await correctSegment(dependencies, userId, oldest, 0, { text });
        } else if (kind === 'go back') {
          await activateRevision(dependencies, userId, oldest, 1);
        } else {
          await repositories.transcripts.delete(userId, oldest);
          held.delete(oldest);
        }
      }
      await expectRecount([...held]);
    }),
    { numRuns: 20 },
  );
});

async function expectRecount(transcriptIds: string[]) {
  const chunks = await query<ChunkRow>(
    db,
    `select transcript_id as transcript, chunk_index as index, chunk_text as text,
       token_count as tokens from chunks order by 1, 2`,
  );
  const byTranscript = Map.groupBy(chunks, (chunk) => chunk.transcript);
  expect([...byTranscript.keys()].toSorted()).toEqual(transcriptIds.toSorted());

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
}
