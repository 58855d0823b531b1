import { createRepositories, type Repositories } from '../../src/repositories/index.ts';
import type { Page, PageRequest } from '../../src/repositories/pagination.ts';
import { openTestDatabase, query } from '../helpers/database.ts';
import { createMessage, createUser, importSample } from '../helpers/factories.ts';

export const { db } = await openTestDatabase();
const repositories = createRepositories(db);
export const user = await createUser(repositories);
const sample = await importSample(db, user.id);
const { conversationId } = await createMessage(repositories, user.id);
await query(db, `delete from templates where user_id is null`);
// So that the order comes from the query, and not from an index that happens to have it.
await query(db, 'drop index conversations_user_id_updated_at_index');
await query(db, 'drop index transcripts_user_id_created_at_index');

export type List = (request: PageRequest) => Promise<Page<unknown>>;
type TimeList = {
  list: List;
  /** Adds a row with its time as an SQL expression; `text` is a value that no other row has. */
  add(time: string, text: string): string;
  clear: string;
};

export const { config } = repositories;
const { transcriptRevisions, segments, chunks } = repositories;
const of =
  <Owner extends { listByUser(id: string, request: PageRequest): ReturnType<List> }>(
    repository: Owner,
  ): List =>
  (request) =>
    repository.listByUser(user.id, request);
const id = `'${user.id}'`;

export const timeLists: [keyof Repositories, TimeList][] = [
  [
    'conversations',
    {
      list: of(repositories.conversations),
      add: (at) => `insert into conversations (user_id, updated_at) values (${id}, ${at})`,
      clear: 'delete from conversations where title is null',
    },
  ],
  [
    'transcripts',
    {
      list: of(repositories.transcripts),
      add: (at) => `insert into transcripts (user_id, created_at) values (${id}, ${at})`,
      clear: 'delete from transcripts where title is null',
    },
  ],
  [
    'sessions',
    {
      list: of(repositories.sessions),
      add: (at, text) => `insert into sessions (user_id, token_hash, expires_at, created_at)
      values (${id}, '${text}', now() + interval '1 day', ${at})`,
      clear: 'delete from sessions',
    },
  ],
  [
    'apiKeys',
    {
      list: of(repositories.apiKeys),
      add: (
        at,
        text,
      ) => `insert into api_keys (user_id, name, prefix, secret_hash, scopes, created_at)
      values (${id}, 'a', 'b', '${text}', '{read}', ${at})`,
      clear: 'delete from api_keys',
    },
  ],
  [
    'templates',
    {
      list: (request) => repositories.templates.list(user.id, request),
      add: (at, text) => `insert into templates (user_id, template_type, template_name,
      template_content, created_at) values (${id}, 'chat', '${text}', '', ${at})`,
      clear: 'delete from templates',
    },
  ],
];

export const keyLists: [string, List][] = [
  [
    'messages',
    (request) => repositories.messages.listByConversation(user.id, conversationId, request),
  ],
  ['segments', (request) => segments.listByTranscript(user.id, sample.transcript.id, request)],
  [
    'segments of a revision',
    (request) =>
      segments.listByRevision(user.id, sample.transcript.currentRevisionId ?? '', request),
  ],
  ['chunks', (request) => chunks.listByTranscript(user.id, sample.transcript.id, request)],
  [
    'transcriptRevisions',
    (request) => transcriptRevisions.listByTranscript(user.id, sample.transcript.id, request),
  ],
];
for (let i = 0; i < 5; i++) {
  await createMessage(repositories, user.id, { conversationId, content: `${i}` });
  await config.setValue(`key ${i}`, i);
}
