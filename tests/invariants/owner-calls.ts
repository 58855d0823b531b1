import type { Database } from '../../src/db/client.ts';
import { createRepositories, type Repositories } from '../../src/repositories/index.ts';
import { query } from '../helpers/database.ts';
import * as factories from '../helpers/factories.ts';

/** What belongs to one user; the values are ids. */
export type Owned = Awaited<ReturnType<typeof createLibrary>>;
export type Call = (repositories: Repositories, caller: string, owned: Owned) => Promise<unknown>;
/** Methods without an owner: they are looked up by a secret, are for everybody, or take the user itself. */
export const NO_OWNER = 'no owner';

const page = { limit: 100 };
const later = new Date(Date.now() + 86_400_000);
/** The first is in the libraries of both users, the second in the owner's alone. */
const words = ['wheel', 'sluic'];
const chunk = {
  chunkIndex: 900,
  chunkText: 'wheel',
  tokenCount: 1,
  startMs: 0,
  endMs: 1,
  firstSegment: 0,
  lastSegment: 0,
};
const revision = {
  number: 9,
  format: 'srt',
  language: null,
  contentHash: 'another',
  receipt: factories.createReceipt(),
} as const;
const template = {
  templateType: 'summary',
  templateName: 'Default',
  templateContent: 'New',
  variables: [],
  isDefault: true,
} as const;
const answer = { content: 'Done', status: 'complete', metadata: {}, citations: [] } as const;
const place = {
  status: 'moved',
  revision: 2,
  firstSegment: 3,
  lastSegment: 4,
  startMs: 1_000,
  endMs: 2_000,
} as const;
const segment = {
  startMs: 0,
  endMs: 1,
  speaker: null,
  text: 'wheel',
  words: null,
  confidence: null,
};
const unit = Float32Array.from({ length: 1_024 }, () => 1 / 32);
const source = { kind: 'podcast', externalId: 'episode 1' } as const;
const nothing = { words: false, confidence: false, recognition: false };
const stored = { statusCode: 500, contentType: 'text/plain', body: 'Replaced' };

/** Each method, called by `caller` with the ids of what belongs to the owner. */
export const METHODS: {
  [R in keyof Repositories]: Record<keyof Repositories[R], Call | typeof NO_OWNER>;
} = {
  apiKeys: {
    create: NO_OWNER,
    getBySecretHash: NO_OWNER,
    listByUser: (r, me) => r.apiKeys.listByUser(me, page),
    noteUse: (r, me, its) => r.apiKeys.noteUse(me, its.apiKey),
    delete: (r, me, its) => r.apiKeys.delete(me, its.apiKey),
  },
  chunks: {
    createMany: (r, me, its) => r.chunks.createMany(me, its.transcript, 'english', [chunk]),
    getByIds: (r, me, its) => r.chunks.getByIds(me, [its.chunk]),
    listByTranscript: (r, me, its) => r.chunks.listByTranscript(me, its.transcript, page),
    hasAll: (r, me, its) => r.chunks.hasAll(me, its.transcript, [its.chunk]),
    deleteOthers: (r, me, its) => r.chunks.deleteOthers(me, its.transcript, []),
    deleteByTranscript: (r, me, its) => r.chunks.deleteByTranscript(me, its.transcript),
  },
  citationAnchors: {
    keepCited: (r, me, its) => r.citationAnchors.keepCited(me, its.transcript),
    listOutdated: (r, me, its) => r.citationAnchors.listOutdated(me, its.transcript, 2, 10),
    create: (r, me, its) =>
      r.citationAnchors.create(me, its.transcript, [{ ...its.anchor, citationId: its.citation }]),
    clear: (r, me, its) => r.citationAnchors.clear(me, its.transcript),
  },
  config: {
    list: NO_OWNER,
    get: NO_OWNER,
    getValue: NO_OWNER,
    setValue: NO_OWNER,
    delete: NO_OWNER,
  },
  conversations: {
    create: NO_OWNER,
    getById: (r, me, its) => r.conversations.getById(me, its.conversation),
    listByUser: (r, me) => r.conversations.listByUser(me, page),
    update: (r, me, its) => r.conversations.update(me, its.conversation, { title: 'New' }),
    delete: (r, me, its) => r.conversations.delete(me, its.conversation),
  },
  embeddings: {
    activate: NO_OWNER,
    createMany: (r, me, its) =>
      r.embeddings.createMany(me, its.model.id, [{ chunkId: its.bareChunk, vector: unit }]),
    deleteModel: NO_OWNER,
  },
  idempotencyKeys: {
    claim: (r, me) => r.idempotencyKeys.claim(me, 'abandoned', 'hash', later),
    get: (r, me) => r.idempotencyKeys.get(me, 'answered'),
    complete: (r, me) => r.idempotencyKeys.complete(me, 'answered', stored),
    release: (r, me) => r.idempotencyKeys.release(me, 'abandoned'),
    deleteExpired: NO_OWNER,
  },
  lexicalSearch: {
    rank: (r, me, its) =>
      Promise.all(
        its.scopes.map((scope) =>
          r.lexicalSearch.rank(me, { terms: words, text: words.join(' ') }, scope, 100),
        ),
      ),
  },
  library: {
    measure: (r, me, its) => Promise.all(its.scopes.map((scope) => r.library.measure(me, scope))),
    getPassages: (r, me, its) => r.library.getPassages(me, [its.chunk], words),
    listNeighbours: (r, me, its) => r.library.listNeighbours(me, its.transcript, 0, 9),
    listRecentChunkIds: (r, me, its) =>
      Promise.all(its.scopes.map((scope) => r.library.listRecentChunkIds(me, scope, [], 100))),
  },
  mediaSources: {
    getById: (r, me, its) => r.mediaSources.getById(me, its.mediaSource),
    save: (r, me) => r.mediaSources.save(me, { ...source, title: 'New' }),
  },
  messages: {
    create: (r, me, its) =>
      r.messages.create(me, { conversationId: its.conversation, role: 'user', content: 'Hello' }),
    getById: (r, me, its) => r.messages.getById(me, its.message),
    listByConversation: (r, me, its) => r.messages.listByConversation(me, its.conversation, page),
    getLastN: (r, me, its) => r.messages.getLastN(me, its.conversation, 5),
    finish: (r, me, its) => r.messages.finish(me, its.message, { ...answer, citations: [] }),
    interruptStale: NO_OWNER,
  },
  searchIndex: {
    refresh: (r, me, its) => r.searchIndex.refresh(me, its.bareTranscript),
    analyze: (r, me) => r.searchIndex.analyze(me, 'wheel sluice Mühlen'),
    analyzeTexts: NO_OWNER,
    correct: async (r, me) => [...(await r.searchIndex.correct(me, ['wheeel', 'sluicc']))],
    documentFrequencies: async (r, me) => {
      const { chunkCount, frequencies } = await r.searchIndex.documentFrequencies(me, words);
      return [chunkCount, ...frequencies];
    },
  },
  segments: {
    listAt: (r, me, its) => r.segments.listAt(me, its.revision, [0, 1]),
    createMany: (r, me, its) => r.segments.createMany(me, its.bareRevision, [segment]),
    listByRevision: (r, me, its) =>
      r.segments.listByRevision(me, its.revision, { ...page, fromMs: 0, toMs: 60_000 }),
    copy: (r, me, its) => r.segments.copy(me, its.currentRevision, its.emptyRevision, []),
    listByTranscript: (r, me, its) => r.segments.listByTranscript(me, its.transcript, page),
    listRanges: (r, me, its) =>
      r.segments.listRanges(me, [
        { transcriptId: its.transcript, firstSegment: 0, lastSegment: 2 },
      ]),
  },
  semanticSearch: {
    nearestExact: (r, me, its) =>
      Promise.all(its.scopes.map((s) => r.semanticSearch.nearestExact(me, its.model, unit, s, 9))),
    nearest: (r, me, its) =>
      Promise.all(its.scopes.map((s) => r.semanticSearch.nearest(me, its.model, unit, s, 9))),
  },
  sessions: {
    create: NO_OWNER,
    getByTokenHash: NO_OWNER,
    listByUser: (r, me) => r.sessions.listByUser(me, page),
    extend: (r, me, its) => r.sessions.extend(me, its.session, later),
    delete: (r, me, its) => r.sessions.delete(me, its.session),
    deleteAllForUser: (r, me) => r.sessions.deleteAllForUser(me),
    deleteExpired: NO_OWNER,
  },
  templates: {
    getTemplate: (r, me) => r.templates.getTemplate(me, 'summary'),
    create: (r, me) => r.templates.create(me, { ...template, templateName: 'New', variables: [] }),
    getById: (r, me, its) => r.templates.getById(me, its.template),
    list: (r, me) => r.templates.list(me, page),
    update: (r, me, its) => r.templates.update(me, its.template, { templateContent: 'Changed' }),
    delete: (r, me, its) => r.templates.delete(me, its.template),
  },
  transcriptRevisions: {
    create: (r, me, its) =>
      r.transcriptRevisions.create(me, {
        ...revision,
        transcriptId: its.transcript,
      }),
    getByNumber: (r, me, its) => r.transcriptRevisions.getByNumber(me, its.transcript, 1),
    getSame: (r, me, its) =>
      r.transcriptRevisions.getSame(me, its.transcript, its.contentHash, nothing),
    lastNumber: (r, me, its) => r.transcriptRevisions.lastNumber(me, its.transcript),
    getCurrent: (r, me, its) => r.transcriptRevisions.getCurrent(me, its.transcript),
    getImported: (r, me, its) => r.transcriptRevisions.getImported(me, its.contentHash),
    listByTranscript: (r, me, its) =>
      r.transcriptRevisions.listByTranscript(me, its.transcript, page),
  },
  transcriptSpeakers: {
    refresh: (r, me, its) => r.transcriptSpeakers.refresh(me, its.silent),
    listByTranscript: (r, me, its) =>
      r.transcriptSpeakers.listByTranscript(me, its.transcript, page),
  },
  transcripts: {
    create: NO_OWNER,
    getById: (r, me, its) => r.transcripts.getById(me, its.transcript),
    getByVideoId: (r, me) => r.transcripts.getByVideoId(me, 'dQw4w9WgXcQ'),
    listIdsByVideo: async (r, me) => [...(await r.transcripts.listIdsByVideo(me, ['dQw4w9WgXcQ']))],
    getOwnedIds: (r, me, its) => r.transcripts.getOwnedIds(me, [its.transcript]),
    listByUser: (r, me) => r.transcripts.listByUser(me, page),
    lock: (r, me, its) => r.transcripts.lock(me, its.transcript),
    update: (r, me, its) => r.transcripts.update(me, its.transcript, { title: 'New' }),
    delete: (r, me, its) => r.transcripts.delete(me, its.transcript),
  },
  users: { getById: NO_OWNER, getByEmail: NO_OWNER, create: NO_OWNER, setPasswordHash: NO_OWNER },
};

/** Something of everything. */
export async function createLibrary(db: Database, userId: string) {
  const r = createRepositories(db);
  const { embeddingModel: model } = await factories.importDependencies(db);
  const { transcript } = await factories.importSample(db, userId, {
    youtubeVideoId: 'dQw4w9WgXcQ',
  });
  // Whose speakers have not been noted yet.
  const spoken = 'Ada: Hello.\nBen: Hello.\nAda: Goodbye.\nBen: Goodbye.';
  const silent = await factories.importText(db, userId, spoken);
  await query(
    db,
    `delete from transcript_speakers where transcript_id = '${silent.transcript.id}'`,
  );
  // A language that the other user has nothing in.
  await factories.importText(db, userId, 'Die Mühlen am Fluss mahlen langsam.', { language: 'de' });
  const bare = await factories.createTranscript(r, userId);
  const bareRevision = await r.transcriptRevisions.create(userId, {
    ...revision,
    transcriptId: bare.id,
  });
  const [bareChunk = ''] = await r.chunks.createMany(userId, bare.id, 'english', [chunk]);
  const current = await r.transcriptRevisions.getCurrent(userId, transcript.id);
  const emptyRevision = await r.transcriptRevisions.create(userId, {
    ...revision,
    number: 8,
    transcriptId: transcript.id,
  });
  const { data } = await r.chunks.listByTranscript(userId, transcript.id, page);
  const message = await factories.createMessage(r, userId, {
    role: 'assistant',
    status: 'streaming',
  });
  const [citation, second] = await query<{ id: string }>(
    db,
    `insert into citations (message_id, number, transcript_id, revision_number, first_segment,
       last_segment, start_ms, end_ms, quote, quote_match, answer_start, answer_end)
     select '${message.id}', n, '${transcript.id}', 1, 0, 0, 0, 9, 'It stalled', 'exact', 0, 9
     from generate_series(1, 2) n returning id`,
  );
  const anchor = { ...place, citationId: citation?.id ?? '' };
  await r.citationAnchors.create(userId, transcript.id, [anchor]);
  const expiresAt = new Date(Date.now() + 60_000);
  const session = await r.sessions.create(userId, { tokenHash: 'token', expiresAt });
  const apiKey = await r.apiKeys.create(userId, {
    name: 'Key',
    prefix: 'pk',
    secretHash: 'secret',
    scopes: ['read'],
    expiresAt: null,
  });
  for (const key of ['answered', 'abandoned']) {
    await r.idempotencyKeys.claim(userId, key, 'hash', expiresAt);
  }
  await r.idempotencyKeys.complete(userId, 'answered', { ...stored, body: 'Kept' });
  await query(db, `update idempotency_keys set created_at = now() - interval '1 hour'`);
  const range = { transcriptId: transcript.id, startMs: 0, endMs: 60_000 };
  return {
    transcript: transcript.id,
    bareTranscript: bare.id,
    bareRevision: bareRevision.id,
    currentRevision: current?.id ?? '',
    emptyRevision: emptyRevision.id,
    bareChunk,
    anchor,
    citation: second?.id ?? '',
    silent: silent.transcript.id,
    chunk: data[0]?.id ?? '',
    revision: current?.id ?? '',
    mediaSource: (await r.mediaSources.save(userId, source)).id,
    contentHash: current?.contentHash ?? '',
    conversation: message.conversationId,
    message: message.id,
    session: session.id,
    apiKey: apiKey.id,
    template: (await r.templates.create(userId, { ...template, variables: [] })).id,
    model,
    scopes: [{}, { transcriptIds: [transcript.id] }, { timeRanges: [range] }],
  };
}
