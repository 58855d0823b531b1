import type { Static } from 'typebox';
import { openSession } from '../src/access/sessions.ts';
import type { ImportedTranscript } from '../src/schemas/transcripts.ts';
import { locateChunks } from './locate-chunks.ts';
import type { Passage } from './metrics.ts';
import { isRelevant } from './relevance.ts';
import type { EvaluationSet, Question } from './sets/evaluation-set.ts';
import { toWords, wordSpans } from './words.ts';
import type { Workspace } from './workspace.ts';

/** A set as it is in the library of a user of its own. */
export type ImportedSet = {
  set: EvaluationSet;
  userId: string;
  token: string;
  /** The ids of transcripts by the names of documents. */
  transcripts: Map<string, string>;
  /** Where each chunk is. */
  passages: Map<string, Passage>;
};

/** More than any document of a set has. */
const ALL = 1_000_000;

/** Imports every document by `POST /v1/transcripts`, and finds out what became its chunks. */
export async function importSet(workspace: Workspace, set: EvaluationSet): Promise<ImportedSet> {
  const { repositories } = workspace.dependencies;
  const values = { email: `${set.name}@example.org`, passwordHash: '-' };
  const { id: userId } = await repositories.users.create(values);
  const { token } = await openSession(repositories, userId);
  const transcripts = new Map<string, string>();
  const passages = new Map<string, Passage>();
  for (const { name, text, body } of set.documents) {
    const id = await importDocument(workspace, token, body);
    transcripts.set(name, id);
    const chunks = (await repositories.chunks.listByTranscript(userId, id, { limit: ALL })).data;
    const segments = (await repositories.segments.listByTranscript(userId, id, { limit: ALL }))
      .data;
    const words = wordSpans(text);
    for (const [index, span] of locateChunks(text, segments, chunks).entries()) {
      const chunk = chunks[index];
      if (chunk) passages.set(chunk.id, { document: name, ...toWords(words, span) });
    }
  }
  return { set, userId, token, transcripts, passages };
}

async function importDocument(
  { app }: Workspace,
  token: string,
  payload: Record<string, unknown>,
): Promise<string> {
  const response = await app.inject({
    method: 'POST',
    url: '/v1/transcripts',
    headers: { authorization: `Bearer ${token}` },
    payload,
  });
  if (response.statusCode !== 201) throw new Error(response.body);
  return response.json<Static<typeof ImportedTranscript>>().transcript.id;
}

/** The chunks that answer a question. */
export function relevantChunks({ set, passages }: ImportedSet, question: Question): Set<string> {
  const relevant = new Set<string>();
  for (const [chunkId, passage] of passages) {
    if (passage.document !== question.document) continue;
    if (isRelevant(passage, question.gold, set.halfGoldCounts)) relevant.add(chunkId);
  }
  return relevant;
}
