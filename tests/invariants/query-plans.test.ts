import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRepositories, type Repositories } from '../../src/repositories/index.ts';
import { search } from '../../src/retrieval/search.ts';
import type { ResolvedScope, Scope } from '../../src/schemas/scope.ts';
import { onPostgres, openTestDatabase, query, type TestDatabase } from '../helpers/database.ts';
import { DIMENSIONS, type Filled, fill } from './filled-database.ts';

type Call = (repositories: Repositories, filled: Filled) => Promise<unknown>;

const vector = Float32Array.from({ length: DIMENSIONS }, (_, index) => Math.sin(index));
const page = { limit: 20 };
const cursor = Buffer.from(
  JSON.stringify([Date.now() * 1_000, 'ffffffff-ffff-4fff-bfff-ffffffffffff']),
).toString('base64url');
const after = (...position: number[]) =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

const TRANSCRIPT_SORTS = [
  ['createdAt', 'transcripts_user_id_created_at_index'],
  ['updatedAt', 'transcripts_user_id_updated_at_index'],
  ['title', 'transcripts_user_id_title_index'],
  ['channelName', 'transcripts_user_id_channel_name_index'],
  ['duration', 'transcripts_user_id_duration_index'],
] as const;

const SCOPES: [string, (filled: Filled) => Scope][] = [
  ['in the whole library', () => ({})],
  ['in some transcripts', ({ transcript }) => ({ transcriptIds: [transcript] })],
  [
    'in some spans',
    ({ transcript: transcriptId }) => ({
      timeRanges: [{ transcriptId, startMs: 0, endMs: 60_000 }],
    }),
  ],
];

/** The query, the index that it has to use, and the large table that it must not read from end to end. */
type Query = [string, Call, string, string];
const QUERIES: Query[] = [
  [
    'a session by its token',
    (r) => r.sessions.getByTokenHash('token 77'),
    'sessions_token_hash_unique',
    'sessions',
  ],
  [
    'an API key by its secret',
    (r) => r.apiKeys.getBySecretHash('secret 77'),
    'api_keys_secret_hash_unique',
    'api_keys',
  ],
  [
    'a user by the address',
    (r) => r.users.getByEmail('USER77@example.org'),
    'users_email_unique',
    'users',
  ],
  [
    'a page of messages',
    (r, { user, conversation }) =>
      r.messages.listByConversation(user, conversation, { ...page, cursor: after(3_000) }),
    'messages_conversation_id_position_index',
    'messages',
  ],
  [
    'the last messages',
    (r, { user, conversation }) => r.messages.getLastN(user, conversation, 10),
    'messages_conversation_id_position_index',
    'messages',
  ],
  [
    'the first page of conversations',
    (r, { user }) => r.conversations.listByUser(user, page),
    'conversations_user_id_updated_at_index',
    'conversations',
  ],
  [
    'a later page of conversations',
    (r, { user }) => r.conversations.listByUser(user, { ...page, cursor }),
    'conversations_user_id_updated_at_index',
    'conversations',
  ],
  ...TRANSCRIPT_SORTS.flatMap(([sort, index]) =>
    (['asc', 'desc'] as const).flatMap((order): Query[] => [
      [
        `the first page of transcripts by ${sort} ${order}`,
        (r, { user }) => r.transcripts.listByUser(user, { ...page, sort, order }),
        index,
        'transcripts',
      ],
      [
        `a later page of transcripts by ${sort} ${order}`,
        async (r, { user }) => {
          const { nextCursor } = await r.transcripts.listByUser(user, { ...page, sort, order });
          const cursor = nextCursor ?? '';
          return r.transcripts.listByUser(user, { ...page, sort, order, cursor });
        },
        index,
        'transcripts',
      ],
    ]),
  ),
  [
    'transcripts by text in the title',
    (r, { user }) => r.transcripts.listByUser(user, { ...page, title: 'talk 1234' }),
    'transcripts_title_trigram_index',
    'transcripts',
  ],
  [
    'transcripts by channel',
    (r, { user }) => r.transcripts.listByUser(user, { ...page, channelName: 'CHANNEL 7' }),
    'transcripts_user_id_channel_name_index',
    'transcripts',
  ],
  [
    'transcripts by speaker',
    (r, { user }) => r.transcripts.listByUser(user, { ...page, speaker: 'Speaker 7' }),
    'transcript_speakers_user_id_label_index',
    'transcripts|transcript_speakers',
  ],
  [
    'transcripts by a value in the metadata',
    (r, { user }) =>
      r.transcripts.listByUser(user, {
        ...page,
        metadata: { key: 'room', op: 'eq', value: 'room 1234' },
      }),
    'transcripts_metadata_index',
    'transcripts',
  ],
  [
    'a transcript by its video',
    (r, { user }) => r.transcripts.getByVideoId(user, 'video 77'),
    'transcripts_video_unique|transcripts_youtube_video_id_index',
    'transcripts',
  ],
  [
    'a page of chunks',
    (r, { user, transcript }) =>
      r.chunks.listByTranscript(user, transcript, { ...page, cursor: after(50, 1) }),
    'chunks_transcript_id_chunk_index_unique',
    'chunks',
  ],
  // A page is a range of positions: it may be sorted, since it is never more than a page.
  [
    'the first segments of a transcript',
    (r, { user, transcript }) => r.segments.listByTranscript(user, transcript, page),
    'segments_revision_id_position_pk',
    'segments',
  ],
  [
    'segments far into a transcript',
    (r, { user, transcript }) =>
      r.segments.listByTranscript(user, transcript, { ...page, cursor: after(9_000, 1) }),
    'segments_revision_id_position_pk',
    'segments',
  ],
  [
    'the segments of some passages',
    (r, { user, transcript: transcriptId }) =>
      r.segments.listRanges(user, [{ transcriptId, firstSegment: 40, lastSegment: 60 }]),
    'segments_revision_id_position_pk',
    'segments',
  ],
  [
    'the citations that a revision has to carry over',
    (r, { user, transcript }) => r.citationAnchors.listOutdated(user, transcript, 2, 100),
    'citations_transcript_id_index',
    'citations',
  ],
  [
    'the conversations that a revision keeps',
    (r, { user, transcript }) => r.citationAnchors.keepCited(user, transcript),
    'citations_transcript_id_index',
    'citations|messages|conversations',
  ],
  [
    'the anchors that a revision notes',
    (r, { user, transcript }) =>
      r.citationAnchors.create(user, transcript, [
        {
          citationId: '00000000-0000-4000-8000-000000000000',
          status: 'lost',
          revision: 2,
          firstSegment: null,
          lastSegment: null,
          startMs: null,
          endMs: null,
        },
      ]),
    'citations_pkey|citations_transcript_id_index',
    'citations|messages',
  ],
  [
    'the anchors that a revision forgets',
    (r, { user, transcript }) => r.citationAnchors.clear(user, transcript),
    'citation_anchors_pkey',
    'citation_anchors|citations|messages',
  ],
  [
    'the segments of a span',
    async (r, { user, transcript }) => {
      const revision = await r.transcriptRevisions.getCurrent(user, transcript);
      const span = { fromMs: 30_000_000, toMs: 30_060_000 };
      return r.segments.listByRevision(user, revision?.id ?? '', { ...page, ...span });
    },
    'segments_revision_id_position_pk',
    'segments',
  ],
  ...SCOPES.flatMap(([name, scopeOf]): Query[] => [
    [
      `a ranking by terms ${name}`,
      (r, f) =>
        r.lexicalSearch.rank(
          f.user,
          { terms: ['term77', 'term78'], text: 'term77 term78' },
          scopeOf(f),
          10,
        ),
      'postings_term_id_index',
      'postings|terms|chunks',
    ],
    [
      `the nearest vectors by comparing all ${name}`,
      (r, f) => r.semanticSearch.nearestExact(f.small, f.model, vector, scopeOf(f), 10),
      'vector_embeddings_user_id_model_id_index|vector_embeddings_chunk_id_model_id_pk',
      'chunks|vector_embeddings',
    ],
    [
      `a search by words and vectors ${name}`,
      async (r, f) => {
        const asked = { query: 'term77 therm1234', limit: 10, mode: 'hybrid' } as const;
        const weights = { lexical: 0.5, semantic: 0.5 };
        const embedded = { model: f.model, vector };
        await search(r, f.user, { ...asked, weights, embedded, scope: scopeOf(f) });
      },
      'postings_term_id_index',
      'postings|terms|chunks',
    ],
    [
      `the measure ${name}`,
      (r, f) => r.library.measure(f.user, scopeOf(f)),
      'corpus_stats_user_id_index|corpus_stats_pkey|chunks_transcript_id_chunk_index_unique',
      'chunks|corpus_stats',
    ],
    [
      `the most recent chunks ${name}`,
      (r, f) => r.library.listRecentChunkIds(f.user, scopeOf(f), [], 10),
      'chunks_transcript_id_chunk_index_unique',
      'chunks|transcripts',
    ],
  ]),
  [
    'the terms of a question',
    (r, { user }) => r.searchIndex.analyze(user, 'term77 unknown'),
    'terms_user_id_term_index',
    'postings|terms',
  ],
  [
    'the correction of a term',
    (r, { user }) => r.searchIndex.correct(user, ['therm1234']),
    'terms_trigram_index',
    'postings|terms',
  ],
  [
    'the frequencies of terms',
    (r, { user }) => r.searchIndex.documentFrequencies(user, ['term77', 'term78']),
    'postings_term_id_index',
    'postings|terms',
  ],
  [
    'the passages of hits',
    async (r, { user, transcript }) => {
      const { data } = await r.chunks.listByTranscript(user, transcript, page);
      await r.library.getPassages(
        user,
        data.map((chunk) => chunk.id),
        ['term77'],
      );
    },
    'chunks_user_id_id_unique|chunks_pkey',
    'chunks|segments|transcripts',
  ],
  [
    'the neighbours of hits',
    (r, { user, transcript: transcriptId }) =>
      r.library.listNeighbours(
        user,
        [7, 50, 90].map((chunkIndex) => ({ transcriptId, chunkIndex })),
        2,
      ),
    'chunks_transcript_id_chunk_index_unique',
    'chunks',
  ],
  [
    'the chunks of a user that a model may lack',
    (r, { user }) =>
      r.ownVectors.listChunks(
        user,
        { modelId: 1, madeBefore: new Date() },
        '77777777-7777-4777-8777-777777777777',
        10,
      ),
    'chunks_user_id_id_unique|chunks_pkey',
    'chunks|vector_embeddings',
  ],
  [
    'the indexing of a transcript',
    (r, { user, transcript }) => r.searchIndex.refresh(user, transcript),
    'terms_user_id_term_index',
    'postings|terms|chunks',
  ],
  [
    'the nearest vectors in a large library',
    (r, { user, model }) => r.semanticSearch.nearest(user, model, vector, {}, 10),
    'vector_embeddings_model_1_index',
    'vector_embeddings',
  ],
];

describe.skipIf(!onPostgres)('on a filled database', () => {
  let database: TestDatabase;
  let client: postgres.Sql;
  let filled: Filled;
  const logged: { text: string; params: unknown[] }[] = [];

  beforeAll(async () => {
    database = await openTestDatabase();
    filled = await fill(database);
    client = postgres(database.url ?? '', { max: 2 });
  }, 120_000);
  afterAll(() => client.end());

  /** The plans of all the statements of a call. */
  async function explain(call: Call): Promise<string> {
    logged.length = 0;
    const logQuery = (text: string, params: unknown[]) => logged.push({ text, params });
    await call(createRepositories(drizzle(client, { logger: { logQuery } })), filled);
    expect(logged).not.toEqual([]);
    const statements = [...logged];
    return client.begin(async (tx) => {
      const lines: string[] = [];
      for (const { text, params } of statements) {
        if (text.startsWith('set local')) await tx.unsafe(text);
        else {
          const rows = await tx.unsafe(`explain ${text}`, params as string[]);
          lines.push(...rows.map((row) => String(row['QUERY PLAN'])));
        }
      }
      return lines.join('\n');
    });
  }

  test.each(QUERIES)('%s uses its index', async (_, call, index, table) => {
    const plan = await explain(call);
    expect(plan).toMatch(new RegExp(`\\b(${index})\\b`));
    expect(plan).not.toMatch(new RegExp(`Seq Scan on (${table})\\b`));
  });

  test.each(QUERIES.filter(([name]) => /first page|later page/.test(name)))(
    '%s needs no sort',
    async (_, call) => {
      expect(await explain(call)).not.toContain('Sort');
    },
  );

  test.each(QUERIES.filter(([name]) => /later page of transcripts/.test(name)))(
    '%s begins where the cursor says',
    async (_, call) => {
      expect(await explain(call)).toMatch(/Index Cond: .*ROW\(/);
    },
  );

  test('a filter costs the nearest vectors no results', async () => {
    const { semanticSearch } = createRepositories(database.db);
    const { user, model, transcript } = filled;
    // One transcript holds 1 % of the library.
    const scope = { transcriptIds: [transcript] };
    for (const limit of [1, 10, 100, 200]) {
      const hits = await semanticSearch.nearest(user, model, vector, scope, limit);
      expect(hits).toHaveLength(Math.min(limit, 100));
      const similarities = hits.map((hit) => hit.similarity);
      expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    }
  });

  test('a walk that gives up early is made up for', async () => {
    const impatient = postgres(database.url ?? '', {
      max: 1,
      // And a planner that would rather walk the index than sort all that there is.
      connection: { 'hnsw.max_scan_tuples': 1, 'hnsw.ef_search': 10, enable_sort: false },
    });
    const { semanticSearch } = createRepositories(drizzle(impatient));
    const { user, model } = filled;
    const hits = await semanticSearch.nearest(user, model, vector, {}, 2_000);
    expect(hits).toHaveLength(2_000);
    expect(hits).toEqual(await semanticSearch.nearestExact(user, model, vector, {}, 2_000));
    await impatient.end();
  });

  test('the index finds at least eight of ten of the really nearest', async () => {
    const { semanticSearch } = createRepositories(database.db);
    const { user, model } = filled;
    const exact = await semanticSearch.nearestExact(user, model, vector, {}, 50);
    const found = await semanticSearch.nearest(user, model, vector, {}, 50);
    const known = new Set(found.map((hit) => hit.chunkId));
    expect(found).toHaveLength(50);
    expect(exact.filter((hit) => known.has(hit.chunkId)).length).toBeGreaterThanOrEqual(40);
  });

  describe('a scope', () => {
    // Many recordings of others, and somebody in every segment.
    beforeAll(async () => {
      const run = (statement: string) => query(database.db, statement);
      await run(`insert into media_sources (user_id, kind, external_id, published_at)
        select user_id, 'podcast', id::text, now() - random() * interval '900 days' from transcripts
        union all select id, 'podcast', n::text, now() from users, generate_series(1, 6) n`);
      await run(`update transcripts t set media_source_id = m.id from media_sources m
        where m.user_id = t.user_id and m.external_id = t.id::text`);
      await run(`update segments set speaker_label = 'Speaker ' || position % 9`);
      await run('vacuum analyze');
    }, 120_000);

    const until = { transcriptId: '', atMs: 30_000 };
    const january = {
      publishedAfter: '2026-01-01T00:00:00Z',
      publishedBefore: '2026-02-01T00:00:00Z',
    };
    test.each<[string, ResolvedScope]>([
      ['speakers', { speakers: ['Speaker 7', 'Speaker 8'] }],
      ['dates', january],
      ['metadata', { metadata: { key: 'room', op: 'eq', value: 'room 7' } }],
      ['what is said until a moment', { until }],
      ['all of these', { ...january, speakers: ['Speaker 7'], until }],
    ])('of %s reads no table from end to end', async (_, given) => {
      const plan = await explain(async (r, { user, model, transcript }) => {
        const scope = given.until
          ? { ...given, until: { ...given.until, transcriptId: transcript } }
          : given;
        const around = { atMs: 30_000, withinMs: 60_000 };
        await r.library.measure(user, scope);
        await r.library.listRecentChunkIds(user, scope, [], 10);
        const question = { terms: ['term77', 'term78'], text: 'term77 term78' };
        await r.lexicalSearch.rank(user, question, scope, 10);
        await r.semanticSearch.nearestExact(user, model, vector, scope, 10);
        await r.semanticSearch.nearest(user, model, vector, scope, 10);
        await r.playhead.listCut(user, scope, 10);
        await r.playhead.listNear(user, scope, transcript, around, 10);
      });
      expect(plan).not.toMatch(
        /Seq Scan on (segments|transcripts|media_sources|transcript_speakers)\b/,
      );
    });
  });
});
