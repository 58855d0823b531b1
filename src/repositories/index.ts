import type { Database } from '../db/client.ts';
import { createAccountsRepository } from './accounts.ts';
import { createApiKeysRepository } from './api-keys.ts';
import { createBatchEndingsRepository } from './batch-endings.ts';
import { createBatchJobsRepository } from './batch-jobs.ts';
import { createBatchesRepository } from './batches.ts';
import { createChunksRepository } from './chunks.ts';
import { createCitationAnchorsRepository } from './citation-anchors.ts';
import { createConfigRepository } from './config.ts';
import { createConversationsRepository } from './conversations.ts';
import { createEmbeddingFillRepository } from './embedding-fill.ts';
import { createEmbeddingModelsRepository } from './embedding-models.ts';
import { createEmbeddingsRepository } from './embeddings.ts';
import { createIdempotencyKeysRepository } from './idempotency-keys.ts';
import { createJobChangesRepository } from './job-changes.ts';
import { createJobEndingsRepository } from './job-endings.ts';
import { createJobFilesRepository } from './job-files.ts';
import { createJobLeasesRepository } from './job-leases.ts';
import { createJobQueueRepository } from './job-queue.ts';
import { createJobRetentionRepository } from './job-retention.ts';
import { createJobRunsRepository } from './job-runs.ts';
import { createJobTakeoversRepository } from './job-takeovers.ts';
import { createJobsRepository } from './jobs.ts';
import { createLexicalSearchRepository } from './lexical-search.ts';
import { createLibraryRepository } from './library.ts';
import { createMediaFilesRepository } from './media-files.ts';
import { createMediaSourcesRepository } from './media-sources.ts';
import { createMentionsRepository } from './mentions.ts';
import { createMessageEventsRepository } from './message-events.ts';
import { createMessageLeasesRepository } from './message-leases.ts';
import { createMessagesRepository } from './messages.ts';
import { createModelCallsRepository } from './model-calls.ts';
import { createOwnVectorsRepository } from './own-vectors.ts';
import { createPlayheadRepository } from './playhead.ts';
import { createSearchHistoryRepository } from './search-history.ts';
import { createSearchIndexRepository } from './search-index.ts';
import { createSegmentsRepository } from './segments.ts';
import { createSemanticSearchRepository } from './semantic-search.ts';
import { createSessionsRepository } from './sessions.ts';
import { createSpeechRepository } from './speech.ts';
import { createSpreadRepository } from './spread.ts';
import { createTemplatesRepository } from './templates.ts';
import { createTranscriptRevisionsRepository } from './transcript-revisions.ts';
import { createTranscriptSpeakersRepository } from './transcript-speakers.ts';
import { createTranscriptionResultsRepository } from './transcription-results.ts';
import { createTranscriptsRepository } from './transcripts.ts';
import { createUsageRepository } from './usage.ts';
import { createUsersRepository } from './users.ts';
import { createVocabularyRepository } from './vocabulary.ts';

export type Repositories = ReturnType<typeof createRepositories>;

/**
 * Every repository on one database, or on one transaction of it.
 *
 * @param queue the same database, for what workers do all the time
 */
export function createRepositories(db: Database, queue = db) {
  return {
    accounts: createAccountsRepository(db),
    apiKeys: createApiKeysRepository(db),
    batchEndings: createBatchEndingsRepository(db),
    batches: createBatchesRepository(db),
    batchJobs: createBatchJobsRepository(db),
    chunks: createChunksRepository(db),
    citationAnchors: createCitationAnchorsRepository(db),
    config: createConfigRepository(db),
    conversations: createConversationsRepository(db),
    embeddingFill: createEmbeddingFillRepository(db),
    embeddingModels: createEmbeddingModelsRepository(db),
    embeddings: createEmbeddingsRepository(db),
    idempotencyKeys: createIdempotencyKeysRepository(db),
    jobChanges: createJobChangesRepository(db),
    jobEndings: createJobEndingsRepository(queue),
    jobFiles: createJobFilesRepository(db),
    jobLeases: createJobLeasesRepository(queue),
    jobQueue: createJobQueueRepository(queue),
    jobRetention: createJobRetentionRepository(db),
    jobRuns: createJobRunsRepository(db),
    jobs: createJobsRepository(db),
    jobTakeovers: createJobTakeoversRepository(queue),
    lexicalSearch: createLexicalSearchRepository(db),
    library: createLibraryRepository(db),
    mediaFiles: createMediaFilesRepository(db),
    mediaSources: createMediaSourcesRepository(db),
    messageEvents: createMessageEventsRepository(db),
    messageLeases: createMessageLeasesRepository(db),
    mentions: createMentionsRepository(db),
    messages: createMessagesRepository(db),
    modelCalls: createModelCallsRepository(db),
    ownVectors: createOwnVectorsRepository(db),
    playhead: createPlayheadRepository(db),
    searchHistory: createSearchHistoryRepository(db),
    searchIndex: createSearchIndexRepository(db),
    segments: createSegmentsRepository(db),
    semanticSearch: createSemanticSearchRepository(db),
    sessions: createSessionsRepository(db),
    speech: createSpeechRepository(db),
    spread: createSpreadRepository(db),
    templates: createTemplatesRepository(db),
    transcriptRevisions: createTranscriptRevisionsRepository(db),
    transcriptSpeakers: createTranscriptSpeakersRepository(db),
    transcriptionResults: createTranscriptionResultsRepository(db),
    transcripts: createTranscriptsRepository(db),
    usage: createUsageRepository(db),
    users: createUsersRepository(db),
    vocabulary: createVocabularyRepository(db),
  };
}
