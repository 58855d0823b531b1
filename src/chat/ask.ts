import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import { createRepositories } from '../repositories/index.ts';
import type { FinishedAnswer } from '../repositories/messages.ts';
import { checkScope } from '../retrieval/scope.ts';
import { type SearchDependencies, type SearchResult, search } from '../retrieval/search.ts';
import type { AskBody, Coverage, Message, MessageMetadata } from '../schemas/messages.ts';
import type { Scope } from '../schemas/scope.ts';
import type { Answerer } from './answerer.ts';
import { type CitedAnswer, cite } from './citing.ts';
import type { Emit } from './events.ts';
import { type CitablePassage, readPassages } from './passages.ts';
import { presentCitation, presentMessage } from './present-message.ts';

export type AskDependencies = SearchDependencies & { db: Database; answerer: Answerer };

/** An answer that can no longer fail cleanly: its two messages are stored. */
export type PendingAnswer = {
  /**
   * Makes the answer and stores it. Whoever listens may leave: the answer is made all the same.
   *
   * @param emit hears of everything that happens, in order; it must not throw
   * @throws what kept the answer from being made, after the message was stored as `failed`
   */
  run(emit: Emit): Promise<Message>;
};

/** Passages that an answer is made from. */
const PASSAGES = 8;

/**
 * Takes a question. All that the caller can get wrong is found here, before anything is stored or
 * streamed.
 *
 * @throws AppError `not_found` for the conversation, or for an id in the scope
 */
export async function ask(
  dependencies: AskDependencies,
  userId: string,
  conversationId: string,
  body: AskBody,
): Promise<PendingAnswer> {
  const { repositories, db } = dependencies;
  const conversation = await repositories.conversations.getById(userId, conversationId);
  if (!conversation) throw new AppError('not_found');
  const scope = body.scope ?? conversation.scope ?? {};
  await checkScope(repositories, userId, scope);

  const { answer, row } = await db.transaction(async (tx) => {
    const { messages } = createRepositories(tx);
    const [last] = await messages.getLastN(userId, conversationId, 1);
    const question = await messages.create(userId, {
      conversationId,
      parentId: last?.id ?? null,
      role: 'user',
      content: body.content,
      metadata: { scope },
    });
    const created = question && {
      conversationId,
      parentId: question.id,
      role: 'assistant' as const,
      content: '',
      status: 'streaming' as const,
    };
    const stored = created && (await messages.create(userId, created));
    if (!stored) throw new AppError('not_found');
    return { answer: stored, row: { ...stored, citations: [] } };
  });

  return {
    async run(emit) {
      emit({ type: 'message.created', message: presentMessage(row) });
      const finish = (ending: FinishedAnswer) => end(dependencies, userId, answer.id, ending);
      try {
        const found = await search(dependencies, userId, {
          query: body.content,
          scope,
          limit: PASSAGES,
        });
        const passages = await readPassages(repositories, userId, found.hits, scope);
        const coverage = cover(found, passages);
        emit({ type: 'retrieval', passages: summarize(passages, found), coverage });
        const question = {
          userId,
          content: body.content,
          passages,
          terms: found.terms,
          transcriptsInScope: found.extent.transcripts,
        };
        const pieces = dependencies.answerer.answer(question);
        const cited = await emitCited(cite(pieces, passages), emit);
        const message = await finish({
          content: cited.content,
          status: 'complete',
          citations: cited.citations,
          metadata: describe(dependencies.answerer, coverage, scope, cited),
        });
        emit({ type: 'message.completed', message });
        return message;
      } catch (error) {
        await finish({ content: '', status: 'failed', citations: [], metadata: { scope } }).catch(
          // The message is gone or the database is; the first error is the one that matters.
          () => undefined,
        );
        emit({ type: 'message.failed', error });
        throw error;
      }
    },
  };
}

async function end(
  { repositories }: AskDependencies,
  userId: string,
  messageId: string,
  ending: FinishedAnswer,
): Promise<Message> {
  const stored = await repositories.messages.finish(userId, messageId, ending);
  // The conversation was deleted while its answer was being made.
  if (!stored) throw new AppError('not_found');
  return presentMessage(stored);
}

async function emitCited(events: ReturnType<typeof cite>, emit: Emit): Promise<CitedAnswer> {
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    const event = next.value;
    emit(event.type === 'delta' ? event : { ...event, citation: presentCitation(event.citation) });
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

function summarize(passages: readonly CitablePassage[], { hits }: SearchResult) {
  return passages.map(({ transcriptId, title, segments }, index) => ({
    transcriptId,
    title,
    startMs: segments[0]?.startMs ?? null,
    endMs: segments.at(-1)?.endMs ?? null,
    score: hits[index]?.score ?? 0,
  }));
}

function describe(
  { name }: Answerer,
  coverage: Coverage,
  scope: Scope,
  { unknownCitations }: CitedAnswer,
): MessageMetadata {
  return {
    coverage,
    usage: { model: name, promptTokens: 0, completionTokens: 0 },
    scope,
    ...(unknownCitations > 0 ? { unknownCitations } : {}),
  };
}
