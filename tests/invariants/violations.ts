import {
  again,
  copy,
  id,
  nowhere,
  ofUser,
  type Reference,
  type Statement,
  withinUser,
} from './copied-rows.ts';
import { JOB_CHECKS, JOB_REFERENCES, JOB_UNIQUES } from './job-violations.ts';

export const CHECKS: Record<string, string[]> = {
  api_keys_scopes_valid: [
    `update api_keys set scopes = '{}'`,
    `update api_keys set scopes = '{read,root}'`,
  ],
  chunks_index_valid: ['update chunks set chunk_index = -1 where chunk_index = 0'],
  chunks_token_count_valid: ['update chunks set token_count = -1'],
  chunks_times_whole: ['update chunks set start_ms = null', 'update chunks set end_ms = null'],
  chunks_times_valid: [
    'update chunks set start_ms = -1',
    'update chunks set start_ms = 5, end_ms = 4',
  ],
  chunks_segments_valid: [
    'update chunks set first_segment = -1',
    'update chunks set first_segment = 5, last_segment = 4',
  ],
  citation_anchors_status_valid: [`update citation_anchors set status = 'near'`],
  citation_anchors_revision_valid: ['update citation_anchors set revision_number = 0'],
  citation_anchors_lost_valid: [
    `update citation_anchors set status = 'lost', start_ms = null, end_ms = null`,
    'update citation_anchors set first_segment = null',
    'update citation_anchors set last_segment = null',
  ],
  citation_anchors_segments_valid: [
    'update citation_anchors set first_segment = -1',
    'update citation_anchors set first_segment = 5, last_segment = 4',
  ],
  citation_anchors_times_whole: [
    'update citation_anchors set start_ms = null',
    `update citation_anchors set status = 'lost', first_segment = null, last_segment = null`,
  ],
  citation_anchors_times_valid: [
    'update citation_anchors set start_ms = -1',
    'update citation_anchors set start_ms = 5, end_ms = 4',
  ],
  citations_quote_match_valid: [`update citations set quote_match = 'nearly'`],
  citations_number_valid: ['update citations set number = 0'],
  citations_times_valid: [
    'update citations set start_ms = -1',
    'update citations set start_ms = 5, end_ms = 4',
  ],
  citations_answer_span_valid: [
    'update citations set answer_start = -1',
    'update citations set answer_start = 5, answer_end = 4',
  ],
  corpus_stats_counts_valid: [
    'update corpus_stats set chunk_count = -1',
    'update corpus_stats set token_count = -1',
  ],
  embedding_models_dimensions_valid: [
    'update embedding_models set dimensions = 0',
    'update embedding_models set dimensions = 4001',
  ],
  idempotency_keys_answer_whole: [
    'update idempotency_keys set status_code = null',
    'update idempotency_keys set body = null',
  ],
  media_sources_kind_valid: [`update media_sources set kind = 'radio'`],
  media_sources_duration_valid: ['update media_sources set duration_seconds = -1'],
  media_sources_youtube_id_valid: [`update media_sources set external_id = repeat('a', 21)`],
  messages_role_valid: [`update messages set role = 'tool'`],
  messages_status_valid: [`update messages set status = 'lost'`],
  postings_entries_valid: [
    'update postings set first_entry = -1',
    `update postings set other_entries = '{}'`,
  ],
  segments_position_valid: ['update segments set position = -1 where position = 0'],
  segments_times_whole: [
    'update segments set start_ms = null',
    'update segments set end_ms = null',
  ],
  segments_times_valid: [
    'update segments set start_ms = -1',
    'update segments set start_ms = 5, end_ms = 4',
  ],
  templates_type_valid: [`update templates set template_type = 'poem'`],
  transcript_revisions_base_valid: [
    'update transcript_revisions set base_number = 0',
    'update transcript_revisions set base_number = number',
  ],
  transcript_revisions_made_by_valid: [`update transcript_revisions set made_by = 'guess'`],
  transcript_revisions_number_valid: ['update transcript_revisions set number = 0'],
  transcript_revisions_track_kind_valid: [`update transcript_revisions set track_kind = 'guess'`],
  transcript_speakers_segment_count_valid: ['update transcript_speakers set segment_count = 0'],
  transcripts_duration_valid: ['update transcripts set duration = -1'],
  transcripts_status_valid: [`update transcripts set status = 'lost'`],
  users_email_format: ['ann', 'ann@', '@example.org', 'a b@example.org', 'a@b@c', ''].map(
    (email) => `update users set email = '${email}'`,
  ),
  users_role_valid: [`update users set role = 'root'`],
  vector_embeddings_not_zero: [
    `update vector_embeddings set embedding = array_fill(0::real, array[1024])::halfvec`,
  ],
  message_events_sequence_valid: ['update message_events set sequence = 0'],
  search_queries_took_valid: ['update search_queries set took_ms = -1'],
  search_results_rank_valid: ['update search_results set rank = 0'],
  search_results_times_valid: [
    'update search_results set start_ms = -1',
    'update search_results set start_ms = 5, end_ms = 4',
  ],
  search_results_judged: [
    'update search_results set verdict = null',
    'update search_results set judged_at = null',
  ],
  search_results_verdict_valid: [
    `update search_results set verdict = 'perhaps', judged_at = now()`,
  ],
  ...JOB_CHECKS,
};

export const UNIQUES: Record<string, Statement> = {
  corpus_stats_key_unique: again('corpus_stats', { transcript_id: nowhere }),
  api_keys_secret_hash_unique: again('api_keys', { id }),
  chunks_transcript_id_chunk_index_unique: again('chunks', { id }),
  citations_message_id_number_unique: again('citations', { id }),
  embedding_models_unique: again('embedding_models', { id: '99', is_active: 'false' }),
  embedding_models_active_unique: again('embedding_models', { id: '99', name: `'x'` }, 'is_active'),
  media_sources_external_id_unique: again('media_sources', { id }),
  messages_active_reply_unique: again('messages', { id, position: '999' }, 'active'),
  sessions_token_hash_unique: again('sessions', { id }),
  templates_name_unique: again('templates', { id, is_default: 'false' }, 'user_id is null'),
  templates_default_unique: again(
    'templates',
    { id, template_name: `'x'` },
    'user_id is not null and is_default',
  ),
  templates_built_in_default_unique: again(
    'templates',
    { id, template_name: `'x'` },
    'user_id is null and is_default',
  ),
  transcript_revisions_number_unique: again('transcript_revisions', { id, content_hash: `'x'` }),
  transcript_revisions_import_unique: again(
    'transcript_revisions',
    { id, transcript_id: '(select id from transcripts where current_revision_id is null)' },
    'number = 1',
  ),
  transcripts_video_unique: again(
    'transcripts',
    { id, current_revision_id: 'null' },
    'youtube_video_id is not null',
  ),
  users_email_unique: again('users', { id, email: 'upper(email)' }),
  ...JOB_UNIQUES,
};

/** They exist for composite foreign keys to point at. */
export const IMPLIED_BY_PRIMARY_KEY = [
  'api_keys_user_id_id_unique',
  'chunks_user_id_id_unique',
  'batches_user_id_id_unique',
  'conversations_user_id_id_unique',
  'job_files_user_id_id_unique',
  'jobs_user_id_id_unique',
  'media_files_user_id_id_unique',
  'media_sources_user_id_id_unique',
  'messages_conversation_id_id_unique',
  'search_queries_user_id_id_unique',
  'sessions_user_id_id_unique',
  'transcript_revisions_transcript_id_id_unique',
  'transcription_results_user_id_id_unique',
  'transcripts_user_id_id_unique',
];

const bare = 'current_revision_id is null';
const ofBare = { transcript_id: `(select id from transcripts where ${bare})` };

export const REFERENCES: Record<string, Reference> = {
  api_keys_user_id_users_id_fk: ofUser('api_keys', { id, secret_hash: `'x'` }),
  conversations_user_id_users_id_fk: ofUser('conversations', { id }),
  idempotency_keys_user_id_users_id_fk: ofUser('idempotency_keys', {}),
  media_sources_user_id_users_id_fk: ofUser('media_sources', { id }),
  search_queries_user_id_users_id_fk: ofUser('search_queries', { id }),
  sessions_user_id_users_id_fk: ofUser('sessions', { id, token_hash: `'x'` }),
  templates_user_id_users_id_fk: ofUser('templates', { id }, 'user_id is not null'),
  transcripts_user_id_users_id_fk: ofUser('transcripts', { id }, bare),
  chunks_transcript_fk: {
    ...withinUser('chunks', 'transcript_id', { id, chunk_index: '9999' }),
    onDelete: 'cascade',
  },
  transcript_revisions_transcript_fk: {
    ...withinUser('transcript_revisions', 'transcript_id', { id, number: '99' }),
    onDelete: 'cascade',
  },
  postings_transcript_key_corpus_stats_key_fk: {
    dangling: again('postings', { transcript_key: '0' }),
    onDelete: 'cascade',
  },
  postings_term_id_terms_id_fk: {
    dangling: again('postings', { term_id: '0' }),
    onDelete: 'cascade',
  },
  stale_vocabularies_user_id_users_id_fk: ofUser('stale_vocabularies', { id: '0' }),
  terms_user_id_users_id_fk: ofUser('terms', { id: '0' }),
  corpus_stats_transcript_fk: {
    ...withinUser('corpus_stats', 'transcript_id', { key: '0' }),
    foreign: (db, other) =>
      copy(db, 'corpus_stats', { ...ofBare, key: '0', user_id: `'${other}'` }),
    onDelete: 'cascade',
  },
  transcript_speakers_transcript_fk: {
    ...withinUser('transcript_speakers', 'transcript_id', {}),
    foreign: (db, other) => copy(db, 'transcript_speakers', { ...ofBare, user_id: `'${other}'` }),
    onDelete: 'cascade',
  },
  vector_embeddings_chunk_fk: {
    ...withinUser('vector_embeddings', 'chunk_id', {}),
    foreign: (db, other) =>
      copy(db, 'vector_embeddings', {
        chunk_id:
          '(select id from chunks where id not in (select chunk_id from vector_embeddings))',
        user_id: `'${other}'`,
      }),
    onDelete: 'cascade',
  },
  vector_embeddings_model_id_embedding_models_id_fk: {
    dangling: again('vector_embeddings', { model_id: '99' }),
    onDelete: 'cascade',
  },
  messages_conversation_id_conversations_id_fk: {
    dangling: again('messages', {
      id,
      conversation_id: nowhere,
      position: '999',
      parent_id: 'null',
    }),
    onDelete: 'cascade',
  },
  messages_parent_fk: {
    dangling: again('messages', { id, position: '999', parent_id: nowhere }),
    // A message of one conversation that replies to one of another.
    foreign: async () => `with elsewhere as (
        insert into conversations (user_id) select user_id from conversations limit 1 returning id)
      insert into messages (conversation_id, parent_id, role, content)
      select elsewhere.id, messages.id, 'user', '' from elsewhere, messages`,
    onDelete: 'cascade',
  },
  message_events_message_id_messages_id_fk: {
    dangling: again('message_events', { message_id: nowhere }),
    onDelete: 'cascade',
  },
  message_leases_message_id_messages_id_fk: {
    dangling: again('message_leases', { message_id: nowhere }),
    onDelete: 'cascade',
  },
  search_results_query_fk: {
    ...withinUser('search_results', 'query_id', { rank: '2' }),
    onDelete: 'cascade',
  },
  search_results_transcript_fk: {
    dangling: again('search_results', { rank: '2', transcript_id: nowhere }),
    foreign: async (_db, other) => `with theirs as (
        insert into search_queries (user_id, query, scope, settings, took_ms)
        values ('${other}', '', '{}', '{}', 1) returning id)
      insert into search_results (query_id, rank, user_id, transcript_id, score, scores)
      select theirs.id, 1, '${other}', transcript_id, 1, '{}' from theirs, search_results`,
    onDelete: 'cascade',
  },
  search_results_chunk_id_chunks_id_fk: {
    dangling: again('search_results', { rank: '2', chunk_id: nowhere }),
    onDelete: 'set null',
  },
  citations_message_id_messages_id_fk: {
    dangling: again('citations', { id, message_id: nowhere }),
    onDelete: 'cascade',
  },
  citation_anchors_citation_id_citations_id_fk: {
    dangling: again('citation_anchors', { citation_id: nowhere }),
    onDelete: 'cascade',
  },
  citations_transcript_id_transcripts_id_fk: {
    dangling: again('citations', { id, number: '99', transcript_id: nowhere }),
    onDelete: 'set null',
  },
  segments_revision_id_transcript_revisions_id_fk: {
    dangling: again('segments', { revision_id: nowhere }),
    onDelete: 'cascade',
    unlink: 'update transcripts set current_revision_id = null',
  },
  transcripts_media_source_fk: {
    dangling: again('transcripts', { id, media_source_id: nowhere }, bare),
    foreign: async (db, other) =>
      copy(
        db,
        'transcripts',
        { id, current_revision_id: 'null', user_id: `'${other}'` },
        'media_source_id is not null',
      ),
    onDelete: 'refused',
  },
  transcripts_current_revision_fk: {
    dangling: again('transcripts', { id, current_revision_id: nowhere }, bare),
    // The revision of another transcript.
    foreign: async () => `update transcripts set current_revision_id = (
      select current_revision_id from transcripts where current_revision_id is not null limit 1)
      where ${bare}`,
    onDelete: 'refused',
  },
  ...JOB_REFERENCES,
};
