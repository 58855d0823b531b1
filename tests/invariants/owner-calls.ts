import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/db/client.ts';
import { createRepositories, type Repositories } from '../../src/repositories/index.ts';
import { query } from '../helpers/database.ts';
import * as factories from '../helpers/factories.ts';
import { createBatches } from './owned-batches.ts';
import { createJobs } from './owned-jobs.ts';

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
const event = { sequence: 1, type: 'delta', data: ['It '] };
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
const searched = {
  query: 'wheel',
  scope: {},
  settings: { mode: 'lexical', limit: 10, weights: null, embeddingModel: null, playhead: null },
  tookMs: 2,
} as const;
const hit = { startMs: 0, endMs: 9, score: 1, scores: { lexical: null, semantic: null } };
const file = { name: 'talk.srt', mediaType: 'application/x-subrip' } as const;
const bytes = new TextEncoder().encode('1');
const stored = { statusCode: 500, contentType: 'text/plain', body: 'Replaced' };

const day = (at: Date) => at.toISOString().slice(0, 10);
const modelCall = {
  ...{ provider: 'openai-compatible', model: 'm', purpose: 'answer', request: { messages: [] } },
  ...{ messageId: null, jobRunId: null, promptTokens: 9, audioMs: null },
};
const modelCallEnd = {
  ...{ response: { content: 'Done' }, promptTokens: 8, completionTokens: 3, latencyMs: 5 },
  ...{ finishReason: 'stop', costUsd: null, errorCode: null, error: null },
};

/** Each method, called by `caller` with the ids of what belongs to the owner. */
export const METHODS: {
  [R in keyof Repositories]: Record<keyof Repositories[R], Call | typeof NO_OWNER>;
} = {
  accounts: {
    stopJobs: (r, me) => r.accounts.stopJobs(me),
    deleteSome: async (r, me) => {
      for (let state = { done: 0, of: 1 }; state.done < state.of; ) {
        state = await r.accounts.deleteSome(me, state.done);
      }
    },
    delete: (r, me) => r.accounts.delete(me),
    reopenDeletions: NO_OWNER,
  },
  apiKeys: {
    create: NO_OWNER,
    getBySecretHash: NO_OWNER,
    listByUser: (r, me) => r.apiKeys.listByUser(me, page),
    noteUse: (r, me, its) => r.apiKeys.noteUse(me, its.apiKey),
    delete: (r, me, its) => r.apiKeys.delete(me, its.apiKey),
    deleteAllForUser: (r, me) => r.apiKeys.deleteAllForUser(me),
  },
  audioProcessing: {
    save: (r, me, its) => r.audioProcessing.save(me, its.processedFile, { chunkCount: 7 }),
    get: (r, me, its) => r.audioProcessing.get(me, its.processedFile),
    setChunkCount: (r, me, its) => r.audioProcessing.setChunkCount(me, its.processedFile, 8),
  },
  batchEndings: {
    listDone: NO_OWNER,
    lockDone: (r, me, its) => r.batchEndings.lockDone(me, its.doneBatch),
    hasUnfinished: (r, me, its) => r.batchEndings.hasUnfinished(me, its.batch),
  },
  batches: {
    create: NO_OWNER,
    getById: (r, me, its) => r.batches.getById(me, its.batch),
    lock: (r, me, its) => r.batches.lock(me, its.batch),
    listByUser: (r, me) => r.batches.listByUser(me, page),
    update: (r, me, its) => r.batches.update(me, its.batch, { name: 'New' }),
    setStatus: (r, me, its) => r.batches.setStatus(me, its.batch, 'cancelled'),
    deleteEnded: (r, me, its) => r.batches.deleteEnded(me, its.endedBatch),
  },
  batchJobs: {
    createMany: (r, me, its) =>
      r.batchJobs.createMany(me, { id: its.batch, type: 'embed', priority: 0 }, [{}]),
    count: (r, me, its) => r.batchJobs.count(me, [its.batch]),
    listFailures: (r, me, its) => r.batchJobs.listFailures(me, its.endedBatch, 9),
    pause: (r, me, its) => r.batchJobs.pause(me, its.batch),
    resume: (r, me, its) => r.batchJobs.resume(me, its.endedBatch),
    cancel: (r, me, its) => r.batchJobs.cancel(me, its.batch),
    reopen: (r, me, its) => r.batchJobs.reopen(me, its.endedBatch),
    setPriority: (r, me, its) => r.batchJobs.setPriority(me, its.batch, 9),
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
  embeddingFill: {
    countChunks: NO_OWNER,
    listUnfilled: NO_OWNER,
    listLate: NO_OWNER,
    fill: NO_OWNER,
    createIndex: NO_OWNER,
    removeVectors: NO_OWNER,
  },
  embeddingModels: {
    create: NO_OWNER,
    list: NO_OWNER,
    getActive: NO_OWNER,
    holdActive: NO_OWNER,
    hasVectors: NO_OWNER,
    activate: NO_OWNER,
    activateInEmptyLibrary: NO_OWNER,
    lockActive: NO_OWNER,
    setActive: NO_OWNER,
    dropUnneededIndexes: NO_OWNER,
    delete: NO_OWNER,
  },
  embeddings: {
    createMany: (r, me, its) =>
      r.embeddings.createMany(me, its.model.id, [{ chunkId: its.bareChunk, vector: unit }]),
    count: NO_OWNER,
  },
  idempotencyKeys: {
    claim: (r, me) => r.idempotencyKeys.claim(me, 'abandoned', 'hash', later),
    get: (r, me) => r.idempotencyKeys.get(me, 'answered'),
    complete: (r, me) => r.idempotencyKeys.complete(me, 'answered', stored),
    renew: (r, me) => r.idempotencyKeys.renew(me, 'abandoned'),
    release: (r, me) => r.idempotencyKeys.release(me, 'abandoned'),
    deleteExpired: NO_OWNER,
  },
  jobChanges: {
    listChanged: (r, me, its) =>
      r.jobChanges.listChanged([{ userId: me, id: its.job, version: 0 }]),
    listGone: (r, me, its) => r.jobChanges.listGone([{ userId: me, id: its.job }]),
  },
  jobEndings: {
    complete: NO_OWNER,
    fail: NO_OWNER,
    retry: NO_OWNER,
    wait: NO_OWNER,
    release: NO_OWNER,
  },
  jobFiles: {
    create: (r, me, its) => r.jobFiles.create(me, { ...file, jobId: its.job, kind: 'output' }),
    append: (r, me, its) => r.jobFiles.append(me, its.file, bytes),
    linkTranscripts: (r, me, its) => r.jobFiles.linkTranscripts(me, its.file, [its.bareTranscript]),
    getById: (r, me, its) => r.jobFiles.getById(me, its.file),
    listByJob: (r, me, its) => r.jobFiles.listByJob(me, its.job),
    read: async (r, me, its) => {
      for await (const part of r.jobFiles.read(me, its.file)) return [...part];
    },
    delete: (r, me, its) => r.jobFiles.delete(me, its.file),
    deleteOutputs: (r, me, its) => r.jobFiles.deleteOutputs(me, its.job),
  },
  jobLeases: { listGood: NO_OWNER },
  jobQueue: { claim: NO_OWNER, wakeDue: NO_OWNER, hold: NO_OWNER, beat: NO_OWNER },
  jobRetention: { deleteOld: NO_OWNER },
  jobRuns: {
    listByJob: (r, me, its) => r.jobRuns.listByJob(me, its.job, page),
    measureWait: (r, me, its) => r.jobRuns.measureWait(me, its.job),
  },
  jobTakeovers: { hasExpired: NO_OWNER, reclaimExpired: NO_OWNER, releaseStrays: NO_OWNER },
  jobs: {
    create: (r, me, its) => r.jobs.create(me, { type: 'embed', transcriptId: its.transcript }),
    getById: (r, me, its) => r.jobs.getById(me, its.job),
    getByIdempotencyKey: (r, me) => r.jobs.getByIdempotencyKey(me, 'job'),
    listByUser: (r, me) => r.jobs.listByUser(me, page),
    cancel: (r, me, its) => r.jobs.cancel(me, its.job),
    pause: (r, me, its) => r.jobs.pause(me, its.job),
    resume: (r, me, its) => r.jobs.resume(me, its.pausedJob),
    reopen: (r, me, its) => r.jobs.reopen(me, its.failedJob),
    delete: (r, me, its) => r.jobs.delete(me, its.failedJob),
    noteTranscript: (r, me, its) => r.jobs.noteTranscript(me, its.pausedJob, its.transcript),
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
    listNeighbours: (r, me, its) =>
      r.library.listNeighbours(me, [{ transcriptId: its.transcript, chunkIndex: 0 }], 9),
    listRecentChunkIds: (r, me, its) =>
      Promise.all(its.scopes.map((scope) => r.library.listRecentChunkIds(me, scope, [], 100))),
  },
  mediaFiles: {
    save: NO_OWNER,
    getById: (r, me, its) => r.mediaFiles.getById(me, its.mediaFile),
    getOwnedIds: (r, me, its) => r.mediaFiles.getOwnedIds(me, [its.mediaFile]),
    getProcessed: (r, me, its) => r.mediaFiles.getProcessed(me, its.mediaFile),
    listByUser: (r, me) => r.mediaFiles.listByUser(me, page),
    delete: (r, me, its) => r.mediaFiles.delete(me, its.mediaFile),
    listStored: NO_OWNER,
    failAbandoned: NO_OWNER,
  },
  mediaSources: {
    getById: (r, me, its) => r.mediaSources.getById(me, its.mediaSource),
    save: (r, me) => r.mediaSources.save(me, { ...source, title: 'New' }),
  },
  messageEvents: {
    append: (r, me, its) => r.messageEvents.append(me, [{ ...event, messageId: its.message }]),
    appendMany: NO_OWNER,
    listFrom: (r, me, its) => r.messageEvents.listFrom(me, its.message, 1, 10),
    deleteExpired: NO_OWNER,
  },
  messageLeases: {
    create: (r, me, its) => r.messageLeases.create(me, its.unleased, 'server'),
    beat: NO_OWNER,
    requestCancel: (r, me, its) => r.messageLeases.requestCancel(me, its.message),
    release: (r, me, its) => r.messageLeases.release(me, its.message),
    listAbandoned: NO_OWNER,
    listByWriter: NO_OWNER,
    listAll: NO_OWNER,
    lockAbandoned: (r, me, its) => r.messageLeases.lockAbandoned(me, its.message, 'server'),
  },
  mentions: {
    count: (r, me, its) =>
      Promise.all(its.scopes.map((scope) => r.mentions.count(me, 'the wheel', scope))),
    listChunkIds: (r, me, its) =>
      r.mentions.listChunkIds(me, [{ transcriptId: its.transcript, position: 0 }]),
    listLabels: (r, me) => r.mentions.listLabels(me, 'Maren'),
  },
  messages: {
    create: (r, me, its) =>
      r.messages.create(me, { conversationId: its.conversation, role: 'user', content: 'Hello' }),
    getById: (r, me, its) => r.messages.getById(me, its.message),
    getStatus: (r, me, its) => r.messages.getStatus(me, its.message),
    listByConversation: (r, me, its) => r.messages.listByConversation(me, its.conversation, page),
    getLastN: (r, me, its) => r.messages.getLastN(me, its.conversation, 5),
    finish: (r, me, its) => r.messages.finish(me, its.message, { ...answer, citations: [] }),
    listPath: (r, me, its) => r.messages.listPath(me, its.message, 5),
    activate: (r, me, its) => r.messages.activate(me, its.message),
  },
  searchHistory: {
    keep: (r, me, its) =>
      r.searchHistory.keep(me, {
        ...searched,
        hits: [{ ...hit, transcriptId: its.transcript, chunkId: its.chunk }],
      }),
    listByUser: (r, me) => r.searchHistory.listByUser(me, page),
    getById: (r, me, its) => r.searchHistory.getById(me, its.search),
    listHits: (r, me, its) => r.searchHistory.listHits(me, its.search),
    judge: (r, me, its) => r.searchHistory.judge(me, its.search, { rank: 1 }, 'wrong'),
    delete: (r, me, its) => r.searchHistory.delete(me, its.search),
    deleteAll: (r, me) => r.searchHistory.deleteAll(me),
    deleteOlder: NO_OWNER,
  },
  modelCalls: {
    begin: NO_OWNER,
    end: (r, me, its) => r.modelCalls.end(me, its.modelCall, modelCallEnd),
    noteAudio: (r, me, its) => r.modelCalls.noteAudio(me, its.modelCall, 9),
    withdraw: (r, me, its) => r.modelCalls.withdraw(me, its.modelCall),
  },
  ownVectors: {
    countChunks: (r, me, its) => r.ownVectors.countChunks(me, { transcriptIds: [its.transcript] }),
    listChunks: (r, me, its) => {
      const plan = { modelId: its.model.id, transcriptIds: [its.transcript], force: true };
      return r.ownVectors.listChunks(me, plan, undefined, 9);
    },
    put: (r, me, its) =>
      r.ownVectors.put(me, its.model.id, [{ chunkId: its.bareChunk, vector: unit }]),
  },
  playhead: {
    listNear: (r, me, its) =>
      r.playhead.listNear(me, {}, its.transcript, { atMs: 30_000, withinMs: 60_000 }, 9),
    listCut: (r, me, its) => r.playhead.listCut(me, its.until, 9),
    mark: NO_OWNER,
  },
  searchIndex: {
    refresh: (r, me, its) => r.searchIndex.refresh(me, its.bareTranscript),
    analyze: (r, me) => r.searchIndex.analyze(me, 'wheel sluice Mühlen'),
    analyzeTexts: NO_OWNER,
    correct: async (r, me) => [...(await r.searchIndex.correct(me, ['wheeel', 'sluicc']))],
    documentFrequencies: async (r, me) => {
      const found = await r.searchIndex.documentFrequencies(me, words);
      const { frequencies, transcriptFrequencies, ...counts } = found;
      return [counts, ...frequencies, ...transcriptFrequencies];
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
    compare: (r, me, its) => r.semanticSearch.compare(me, its.model, unit, [its.chunk]),
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
  speech: {
    measure: (r, me, its) => Promise.all(its.scopes.map((scope) => r.speech.measure(me, scope))),
  },
  spread: {
    listChunkIds: (r, me, its) =>
      Promise.all(its.scopes.map((scope) => r.spread.listChunkIds(me, scope, 100))),
    listTranscriptIds: (r, me, its) =>
      Promise.all(its.scopes.map((scope) => r.spread.listTranscriptIds(me, scope, page))),
    countTranscripts: (r, me, its) =>
      Promise.all(its.scopes.map((scope) => r.spread.countTranscripts(me, scope))),
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
  transcriptionResults: {
    create: (r, me, its) => r.transcriptionResults.create(me, { mediaFileId: its.mediaFile }),
    getById: (r, me, its) => r.transcriptionResults.getById(me, its.transcriptionResult),
    listByMediaFile: (r, me, its) =>
      r.transcriptionResults.listByMediaFile(me, its.mediaFile, page),
    update: (r, me, its) =>
      r.transcriptionResults.update(me, its.transcriptionResult, { textContent: 'New' }),
    addPiece: (r, me, its) =>
      r.transcriptionResults.addPiece(me, its.transcriptionResult, 0, { answer: 'New' }),
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
  usage: {
    listByDay: (r, me) =>
      r.usage.listByDay(me, { ...page, from: day(new Date(0)), to: day(later) }),
    measureToday: (r, me) => r.usage.measureToday(me),
    holdQuota: NO_OWNER,
  },
  users: {
    getById: NO_OWNER,
    getByEmail: NO_OWNER,
    create: NO_OWNER,
    update: NO_OWNER,
    setPasswordHash: NO_OWNER,
    keepOpen: NO_OWNER,
    lock: NO_OWNER,
    close: NO_OWNER,
  },
  vocabulary: {
    hold: NO_OWNER,
    sweep: (r, me) => r.vocabulary.sweep(me),
    sweepStale: NO_OWNER,
  },
};

/** Something of everything. */
export async function createLibrary(db: Database, userId: string) {
  const r = createRepositories(db);
  const dependencies = await factories.importDependencies(db);
  const model = await dependencies.repositories.embeddingModels.getActive();
  if (!model) throw new Error('no embedding model is active');
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
  await r.messageLeases.create(userId, message.id, 'server');
  await r.messageEvents.append(userId, [{ ...event, messageId: message.id, sequence: 2 }]);
  const unleased = await factories.createMessage(r, userId, { status: 'streaming' });
  const [citation, second] = await query<{ id: string }>(
    db,
    `insert into citations (message_id, number, transcript_id, revision_number, first_segment,
       last_segment, start_ms, end_ms, quote, quote_match, answer_start, answer_end)
     select '${message.id}', n, '${transcript.id}', 1, 0, 0, 0, 9, 'It stalled', 'exact', 0, 9
     from generate_series(1, 2) n returning id`,
  );
  const anchor = { ...place, citationId: citation?.id ?? '' };
  await r.citationAnchors.create(userId, transcript.id, [anchor]);
  // A word that nobody says any more, and that has not been swept yet.
  await query(db, `insert into terms (user_id, term) values ('${userId}', 'unsaid')`);
  await query(db, `insert into stale_vocabularies (user_id) values ('${userId}')`);
  const expiresAt = later;
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
  const mediaFile = randomUUID();
  const processedFile = randomUUID();
  await r.mediaFiles.save(userId, { id: mediaFile, fileName: 'Talk', downloadStatus: 'completed' });
  await r.mediaFiles.save(userId, {
    ...{ id: processedFile, fileName: 'Talk', downloadStatus: 'completed' },
    sourceFileId: mediaFile,
  });
  await r.audioProcessing.save(userId, processedFile, { originalFormat: 'mp3' });
  const result = await r.transcriptionResults.create(userId, { mediaFileId: mediaFile });
  const range = { transcriptId: transcript.id, startMs: 0, endMs: 60_000 };
  const hits = [{ ...hit, transcriptId: transcript.id, chunkId: data[0]?.id ?? '' }];
  const search = (await r.searchHistory.keep(userId, { ...searched, hits })) ?? '';
  await r.searchHistory.judge(userId, search, { rank: 1 }, 'right');
  const modelCallId = await r.modelCalls.begin(userId, modelCall);
  const mediaSource = await r.mediaSources.save(userId, source);
  return {
    ...(await createJobs(db, userId, transcript.id)),
    ...(await createBatches(db, userId)),
    transcript: transcript.id,
    modelCall: modelCallId,
    search,
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
    mediaSource: mediaSource.id,
    mediaFile,
    processedFile,
    transcriptionResult: result.id,
    contentHash: current?.contentHash ?? '',
    conversation: message.conversationId,
    message: message.id,
    unleased: unleased.id,
    session: session.id,
    apiKey: apiKey.id,
    template: (await r.templates.create(userId, { ...template, variables: [] })).id,
    model,
    scopes: [
      {},
      { transcriptIds: [transcript.id] },
      { timeRanges: [range] },
      { speakers: ['Maren Tolliver', 'Jonah Pike'] },
      { publishedAfter: '2020-01-01T00:00:00Z' },
      { metadata: { key: 'room', op: 'ne', value: 'barn' } as const },
      { until: { transcriptId: transcript.id, atMs: 30_000 } },
    ],
    until: { until: { transcriptId: transcript.id, atMs: 30_000 } },
  };
}
