import { describe, expect, test } from 'vitest';
import { onPostgres, query } from '../helpers/database.ts';
import { server, setUp } from '../routes/revising.ts';

/** A transcript of 40 segments, each of which says which version it is of. */
const version = (name: string, size: number) =>
  `WEBVTT\n\n${Array.from({ length: 40 }, (_, index) => {
    const at = (ms: number) => new Date(index * 5_000 + ms).toISOString().slice(11, 23);
    const filler = Array.from({ length: size }, (_word, word) => `word${word}`).join(' ');
    return `${at(0)} --> ${at(4_000)}\n<v ${name}>${name} wheel ${index} ${filler}`;
  }).join('\n\n')}`;

/** How often another version becomes the current one. */
const EXCHANGES = 12;

const names = (text: string) => new Set(text.match(/\b(?:alpha|beta)\b/g));

describe.skipIf(!onPostgres)('while versions are exchanged', () => {
  test('readers see one of them, and never a mixture or nothing', async () => {
    const mill = await setUp(version('alpha', 12));
    await mill.add({ text: version('beta', 25) });
    let isOver = false;
    const seen = new Set<string>();
    const exchange = async () => {
      try {
        for (let turn = 1; turn <= EXCHANGES || (seen.size < 2 && !isOver); turn += 1) {
          expect((await mill.activate((turn % 2) + 1)).status).toBe(200);
        }
      } finally {
        isOver = true;
      }
    };
    const search = async () => {
      while (!isOver) {
        const hits = await mill.search('wheel');
        expect(hits.length).toBeGreaterThan(0);
        const found = names(hits.map(({ text }) => text).join(' '));
        expect(found.size).toBe(1);
        for (const name of found) seen.add(name);
      }
    };
    const list = async () => {
      while (!isOver) {
        const rows = await mill.segments();
        expect(rows).toHaveLength(40);
        expect(names(rows.map(({ text }) => text).join(' ')).size).toBe(1);
      }
    };
    const ask = async () => {
      while (!isOver) {
        const { citations, status } = await mill.ask('Which wheel is it?');
        expect(status).toBe('complete');
        for (const { quote, revision, segments, anchor } of citations) {
          expect(names(quote)).toEqual(new Set([revision === 1 ? 'alpha' : 'beta']));
          const { data } = (
            await mill.actor.request<{ data: { text: string }[] }>(
              'GET',
              `${mill.url}/segments?revision=${revision}&limit=100`,
            )
          ).body;
          const cited = data.slice(segments[0], (segments[1] ?? 0) + 1);
          expect(cited.map(({ text }) => text).join(' ')).toContain(quote);
          expect(['anchored', 'moved', 'lost']).toContain(anchor.status);
        }
      }
    };
    await Promise.all([exchange(), search(), list(), ask()]).finally(() => {
      isOver = true;
    });
    expect(seen).toEqual(new Set(['alpha', 'beta']));

    // Every citation says where it is in the version that is current in the end.
    await mill.activate(1);
    const stray = await query(
      server.db,
      `select c.revision_number, a.revision_number as anchor from citations c
       left join citation_anchors a on a.citation_id = c.id
       where c.transcript_id = '${mill.id}'
         and coalesce(a.revision_number, c.revision_number) <> 1`,
    );
    expect(stray).toEqual([]);
  }, 120_000);

  test('ten versions that are added at once get ten numbers, and one of them is current', async () => {
    const mill = await setUp(version('alpha', 3));
    const added = await Promise.all(
      Array.from({ length: 10 }, (_, index) => mill.add({ text: version('beta', 4 + index) })),
    );
    const stored = added.filter(({ status }) => status === 201);
    // Who met others three times in a row is told so, and can try again.
    const told = added.filter(({ status }) => status === 409 || status === 503);
    expect(stored.length + told.length).toBe(10);
    expect(stored.length).toBeGreaterThanOrEqual(3);
    const numbers = (await mill.revisions()).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(numbers).toHaveLength(stored.length + 1);
    const [counts] = await query<{ chunks: number; vectors: number; indexed: number }>(
      server.db,
      `select count(*)::integer as chunks, count(e.chunk_id)::integer as vectors,
         (select chunk_count from corpus_stats where transcript_id = '${mill.id}') as indexed
       from chunks left join vector_embeddings e on e.chunk_id = chunks.id
       where transcript_id = '${mill.id}'`,
    );
    expect(counts?.vectors).toBe(counts?.chunks);
    expect(counts?.indexed).toBe(counts?.chunks);
  }, 120_000);
});
