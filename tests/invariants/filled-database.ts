import type { EmbeddingModel } from '../../src/db/schema/index.ts';
import { createRepositories } from '../../src/repositories/index.ts';
import { query, type TestDatabase } from '../helpers/database.ts';
import { createUser } from '../helpers/factories.ts';

export const DIMENSIONS = 16;

/** What the plans are asked about; the ids are those of the user with the large library. */
export type Filled = {
  user: string;
  /** Has 50 chunks. */
  small: string;
  conversation: string;
  transcript: string;
  model: EmbeddingModel;
};
/** 5,000 users, one of whom has 10,000 chunks in 100 of 3,000 transcripts. */
export async function fill({ db }: TestDatabase): Promise<Filled> {
  const repositories = createRepositories(db);
  const { id: user } = await createUser(repositories);
  const run = (statement: string) => query(db, statement);
  await run(`insert into users (email, password_hash)
    select 'user' || n || '@example.org', '' from generate_series(1, 5000) n`);
  await run(`insert into sessions (user_id, token_hash, expires_at)
    select '${user}', 'token ' || n, now() + interval '1 day' from generate_series(1, 5000) n`);
  await run(`insert into api_keys (user_id, name, prefix, secret_hash, scopes)
    select '${user}', '', '', 'secret ' || n, '{read}' from generate_series(1, 5000) n`);
  await run(`insert into conversations (user_id, updated_at)
    select id, now() - n * interval '1 minute' from users, generate_series(1, 6) n`);
  await run(`insert into conversations (user_id, updated_at)
    select '${user}', now() - n * interval '1 minute' from generate_series(1, 500) n`);
  const [conversation] = await query<{ id: string }>(
    db,
    `select id from conversations
    where user_id = '${user}' order by updated_at desc limit 1`,
  );
  // Without the trigger, which would move a conversation 20,000 times.
  await run('alter table messages disable trigger touch_conversation');
  await run(`insert into messages (id, conversation_id, parent_id, role, content)
    select id, '${conversation?.id}', lag(id) over (order by n), 'user', ''
    from (select gen_random_uuid() as id, n from generate_series(1, 5000) n) as made order by n`);
  await run(`insert into messages (conversation_id, role, content)
    select id, 'user', '' from conversations where id <> '${conversation?.id}' limit 20000`);
  await run('alter table messages enable trigger touch_conversation');
  await run(`insert into transcripts
      (user_id, youtube_video_id, created_at, updated_at, title, channel_name, duration, metadata)
    select '${user}', 'video ' || n, at, at, 'Talk ' || n, 'Channel ' || n % 50, n,
      jsonb_build_object('room', 'room ' || n)
    from (select n, now() - n * interval '1 minute' as at from generate_series(1, 3000) n) as made`);
  await run(`insert into transcripts (user_id, title, channel_name, duration, metadata)
    select id, 'Talk of ' || email, 'Channel', 60, jsonb_build_object('owner', email)
    from users limit 3000`);
  await run(`insert into transcript_speakers (user_id, transcript_id, label, segment_count)
    select user_id, id, 'Speaker ' || coalesce(duration % 500, 0), 1 from transcripts`);
  await run(`insert into chunks (user_id, transcript_id, chunk_text, chunk_index, token_count,
      first_segment, last_segment, search_config)
    select user_id, id, 'term' || n, n, 1, n, n, 'english'
    from (select * from transcripts where user_id = '${user}' order by created_at desc limit 100) t,
      generate_series(0, 99) n`);
  const [small] = await query<{ id: string }>(
    db,
    `insert into chunks (user_id, transcript_id, chunk_text, chunk_index, token_count,
       first_segment, last_segment, search_config)
     select user_id, id, 'term' || n, n, 1, n, n, 'english'
     from (select * from transcripts where user_id <> '${user}' limit 1) t, generate_series(0, 49) n
     returning user_id as id`,
  );
  await run(`insert into transcript_revisions (user_id, transcript_id, number, format, content_hash, receipt)
    select distinct user_id, transcript_id, 1, 'srt', transcript_id::text, '{}'::jsonb from chunks`);
  await run(`update transcripts set current_revision_id = r.id from transcript_revisions r
    where r.transcript_id = transcripts.id`);
  // One long transcript among short ones.
  await run(`insert into segments (revision_id, position, start_ms, end_ms, text)
    select r.id, n, n * 3000, n * 3000 + 2000, 'text'
    from transcript_revisions r,
      lateral generate_series(0, case when r.id = (select id from transcript_revisions
        where transcript_id = (select transcript_id from chunks limit 1)) then 20000 else 200 end) n`);
  await run(`insert into citations (message_id, number, transcript_id, revision_number, first_segment,
      last_segment, quote, quote_match, answer_start, answer_end)
    select m.id, 1, t.id, 1, 0, 0, '', 'exact', 0, 0
    from (select id, row_number() over () as n from messages) m
    join (select id, row_number() over () as n from transcripts where user_id = '${user}') t
      on t.n = m.n % 3000 + 1`);
  await run(`insert into citation_anchors (citation_id, status, revision_number)
    select id, 'lost', 2 from citations`);
  await run(`insert into corpus_stats
      (transcript_id, user_id, search_config, chunk_count, token_count, lengths)
    select transcript_id, min(user_id::text)::uuid, 'english', count(*), count(*),
      array_agg(1::smallint)
    from chunks group by 1`);
  await run(`insert into corpus_stats
      (transcript_id, user_id, search_config, chunk_count, token_count, lengths)
    select id, user_id, 'english', 0, 0, '{}' from transcripts where current_revision_id is null`);
  // Other users say the same words, in no transcript.
  await run(`insert into terms (user_id, term)
    select id, 'term' || n from (select id from users order by id in ('${user}', '${small?.id}') desc limit 20) u,
      generate_series(1, 1500) n`);
  await run(`insert into postings (transcript_key, term_id, first_entry)
    select key, terms.id, 0 from corpus_stats join terms using (user_id) where chunk_count > 0`);
  const named = { provider: 'test', name: 'test', dimensions: DIMENSIONS };
  await run(
    `insert into embedding_models (provider, name, dimensions) values ('test', 'test', ${DIMENSIONS})`,
  );
  await run(`insert into vector_embeddings (chunk_id, model_id, user_id, embedding)
    select id, 1, user_id, (select array_agg(random() - 0.5)::real[]::halfvec
      from generate_series(1, ${DIMENSIONS}) where chunks.id is not null)
    from chunks`);
  // After the rows: building an index at once is faster than growing it.
  const model = await repositories.embeddingModels.activate(named);
  // As autovacuum does it: a GIN index with many pending entries is one that the planner avoids.
  await run('vacuum analyze');
  const [transcript] = await query<{ id: string }>(
    db,
    `select transcript_id as id from chunks where user_id = '${user}' limit 1`,
  );
  return {
    user,
    small: small?.id ?? '',
    model,
    conversation: conversation?.id ?? '',
    transcript: transcript?.id ?? '',
  };
}
