import { AppError } from '../errors.ts';
import type { CitationWithMoment } from '../repositories/citations.ts';
import type { Repositories } from '../repositories/index.ts';
import type { FinishedAnswer, MessageWithCitations } from '../repositories/messages.ts';
import { readSnapshot } from '../repositories/snapshot.ts';
import {
  prepareSearch,
  type SearchDependencies,
  type SearchResult,
  search,
} from '../retrieval/search.ts';
import type { RetrievedPassage } from '../schemas/message-events.ts';
import type { Coverage, Message } from '../schemas/messages.ts';
import type { Scope } from '../schemas/scope.ts';
import type { Answerer } from './answerer.ts';
import { cite } from './citing.ts';
import type { Emit } from './events.ts';
import { type CitablePassage, readPassages } from './passages.ts';
import { presentCitation, presentMessage } from './present-message.ts';
import { storeAnswer } from './store-answer.ts';

export type AnswerDependencies = SearchDependencies & {
  repositories: Repositories;
  answerer: Answerer;
};

/** A question that was taken, and the stored message that its answer goes into. */
export type TakenQuestion = {
  userId: string;
  content: string;
  scope: Scope;
  message: MessageWithCitations;
};

/** Passages that an answer is made from. */
const PASSAGES = 8;

/**
 * Makes an answer: retrieve, compose, cite, store.
 *
 * @param emit hears of everything that happens, in order; it must not throw
 * @returns the message as it is stored
 * @throws what kept the answer from being made; what was written until then is stored as `failed`
 */
export async function makeAnswer(
  dependencies: AnswerDependencies,
  { userId, content, scope, message }: TakenQuestion,
  emit: Emit,
): Promise<Message> {
  const { answerer } = dependencies;
  const written: FinishedAnswer & { citations: CitationWithMoment[] } = {
    content: '',
    status: 'failed',
    citations: [],
    metadata: { scope },
  };
  emit({ type: 'message.created', message: presentMessage(message) });
  try {
    const { found, passages } = await retrieve(dependencies, userId, content, scope);
    const coverage = cover(found, passages);
    written.metadata.coverage = coverage;
    emit({ type: 'retrieval', passages: passages.map(summarize), coverage });

    const pieces = answerer.answer({
      userId,
      content,
      passages,
      terms: found.terms,
      scope,
      transcriptsInScope: found.extent.transcripts,
    });
    const unknownCitations = await follow(cite(pieces, passages), written, emit);
    if (unknownCitations > 0) written.metadata.unknownCitations = unknownCitations;
    written.metadata.usage = { model: answerer.name, promptTokens: 0, completionTokens: 0 };
    written.status = 'complete';

    const stored = await storeAnswer(dependencies.db, userId, message.id, written);
    // The conversation was deleted while its answer was being made.
    if (!stored) throw new AppError('not_found');
    const answer = presentMessage(stored);
    emit({ type: 'message.completed', message: answer });
    return answer;
  } catch (error) {
    await storeAnswer(dependencies.db, userId, message.id, { ...written, status: 'failed' })
      // The message is gone or the database is; the first error is the one that matters.
      .catch(() => undefined);
    emit({ type: 'message.failed', error });
    throw error;
  }
}

/** Finds the passages that fit a question, and reads them as they were found. */
async function retrieve(
  dependencies: AnswerDependencies,
  userId: string,
  query: string,
  scope: Scope,
): Promise<{ found: SearchResult; passages: CitablePassage[] }> {
  const request = await prepareSearch(dependencies, { query, scope, limit: PASSAGES });
  return readSnapshot(dependencies.db, async (repositories) => {
    const found = await search(repositories, userId, request);
    return { found, passages: await readPassages(repositories, userId, found.hits, scope) };
  });
}

/** Passes on what is written, and keeps it. @returns how many ids were dropped */
async function follow(
  events: ReturnType<typeof cite>,
  written: { content: string; citations: CitationWithMoment[] },
  emit: Emit,
): Promise<number> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value.unknownCitations;
    const event = next.value;
    if (event.type === 'delta') {
      written.content += event.text;
      emit(event);
    } else {
      written.citations.push(event.citation);
      emit({ type: 'citation', citation: presentCitation(event.citation) });
    }
  }
}

function cover({ extent }: SearchResult, passages: readonly CitablePassage[]): Coverage {
  return {
    transcriptsInScope: extent.transcripts,
    transcriptsRead: new Set(passages.map((passage) => passage.transcriptId)).size,
    chunksRead: passages.length,
    mode: 'lookup',
  };
}

function summarize({ transcriptId, title, segments, score }: CitablePassage): RetrievedPassage {
  const startMs = segments[0]?.startMs ?? null;
  return { transcriptId, title, startMs, endMs: segments.at(-1)?.endMs ?? null, score };
}
