import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../src/db/client.ts';
import type { Message, User } from '../../src/db/schema/index.ts';
import {
  type ImportDependencies,
  type ImportDetails,
  type ImportResult,
  importTranscript,
} from '../../src/library/import-transcript.ts';
import { createModelCalls } from '../../src/model-calls/model-calls.ts';
import { createConfiguredEmbeddings } from '../../src/providers/configured-embeddings.ts';
import { createHashEmbeddings } from '../../src/providers/hash-embeddings.ts';
import type { ConversationValues } from '../../src/repositories/conversations.ts';
import { createRepositories, type Repositories } from '../../src/repositories/index.ts';
import type { NewMessage } from '../../src/repositories/messages.ts';
import type { TranscriptValues } from '../../src/repositories/transcripts.ts';
import type { Receipt } from '../../src/schemas/receipts.ts';
import { readTranscript } from '../../src/transcripts/detect.ts';

const SAMPLE = join(import.meta.dirname, '../../examples/interview.vtt');

/** A user with an address that nobody else has. The first of a database is its administrator. */
export function createUser(
  { users }: Repositories,
  overrides: Partial<Pick<User, 'email' | 'passwordHash'>> = {},
): Promise<User> {
  return users.create({
    email: `${randomUUID()}@example.org`,
    passwordHash: 'not a hash',
    ...overrides,
  });
}

export function createConversation(
  { conversations }: Repositories,
  userId: string,
  overrides: ConversationValues = {},
) {
  return conversations.create(userId, { title: 'A conversation', ...overrides });
}

/** A message of the user's, in a new conversation unless one is named. */
export async function createMessage(
  repositories: Repositories,
  userId: string,
  overrides: Partial<NewMessage> = {},
): Promise<Message> {
  const conversationId =
    overrides.conversationId ?? (await createConversation(repositories, userId)).id;
  const message = await repositories.messages.create(userId, {
    role: 'user',
    content: 'Why did the wheel stall?',
    ...overrides,
    conversationId,
  });
  if (!message) throw new Error(`conversation ${conversationId} is not of user ${userId}`);
  return message;
}

/** The row alone: no revision, segments or chunks. */
export function createTranscript(
  { transcripts }: Repositories,
  userId: string,
  overrides: TranscriptValues = {},
) {
  return transcripts.create(userId, { title: 'A transcript', ...overrides });
}

/** Imports a text in any format that Parley reads, with all that belongs to it. */
export async function importText(
  db: Database,
  userId: string,
  text: string,
  details: ImportDetails = {},
): Promise<ImportResult> {
  return importTranscript(await importDependencies(db), userId, readTranscript(text), details);
}

/** Imports `examples/interview.vtt`: two speakers, with times. */
export async function importSample(
  db: Database,
  userId: string,
  details: ImportDetails = {},
): Promise<ImportResult> {
  return importText(db, userId, await readFile(SAMPLE, 'utf8'), {
    title: 'Interview',
    language: 'en',
    ...details,
  });
}

const dependencies = new WeakMap<Database, Promise<ImportDependencies>>();

/** What imports into a database need, with the hashed embeddings as its active model. */
export function importDependencies(db: Database): Promise<ImportDependencies> {
  const known = dependencies.get(db) ?? createImportDependencies(db);
  dependencies.set(db, known);
  return known;
}

async function createImportDependencies(db: Database): Promise<ImportDependencies> {
  const repositories = createRepositories(db);
  const { provider, name, dimensions } = createHashEmbeddings();
  await repositories.embeddingModels.activate({ provider, name, dimensions });
  return {
    db,
    repositories,
    embeddings: createConfiguredEmbeddings(),
    modelCalls: createModelCalls(db),
    settings: { chunkWords: 80, defaultLanguage: 'en' },
  };
}

/** The receipt of an import that read nothing, but for what is given. */
export const createReceipt = (overrides: Partial<Receipt> = {}): Receipt => ({
  format: 'srt',
  trackKind: 'unknown',
  cuesRead: 0,
  wordsRead: 0,
  segments: 0,
  words: 0,
  merged: 0,
  dropped: 0,
  overlapping: 0,
  outOfOrder: 0,
  lowConfidence: 0,
  durationMs: null,
  speakers: [],
  warnings: [],
  ...overrides,
});
