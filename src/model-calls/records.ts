import type { Database } from '../db/client.ts';
import { AppError } from '../errors.ts';
import { createRepositories, type Repositories } from '../repositories/index.ts';
import type { NewModelCall } from '../repositories/model-calls.ts';
import { storableJson } from '../storable.ts';
import type { CallingRun, ModelCaller } from './caller.ts';
import { costOf, type ModelPrice } from './prices.ts';
import { checkQuotas, isLimited, type Quotas } from './quotas.ts';

export type ModelCallOptions = {
  /** Keeps what is asked and answered. */
  storePrompts?: boolean;
  /** By model. */
  prices?: ReadonlyMap<string, ModelPrice>;
  quotas?: Quotas;
};

/** What is asked of whom. */
export type AskedModel = Pick<NewModelCall, 'provider' | 'model' | 'promptTokens'> & {
  /** Of speech; null while nobody knows how long it is. */
  audioMs?: number | null;
  /** What is asked for, where it may be kept. */
  request?: unknown;
};

/** How a call ended. Tokens: null where nothing came that would have cost any. */
export type CallOutcome = {
  finishReason: string | null;
  promptTokens: number | null;
  completionTokens: number;
  /** How long speech was, in ms, where only the answer has told it. */
  audioMs?: number | null;
  failure?: { code: string; message: string } | undefined;
  response?: unknown;
};

/** A call whose request has been stored. */
export type BegunCall = {
  /** Stores what came of it. What keeps it from being stored is nobody's concern but the log's. */
  end(outcome: CallOutcome): Promise<void>;
  /** For one that was not sent after all. */
  withdraw(): Promise<void>;
  /** Waits until its end is stored, or cannot be. */
  ended(): Promise<void>;
};

export type CallRecords = ReturnType<typeof createCallRecords>;

/** How long a server that closes waits for what came of calls to be stored. */
const PATIENCE_MS = 5_000;

const NO_QUOTAS: Quotas = { requests: 0, tokens: 0 };

/** Stores calls as they begin and as they end. */
export function createCallRecords(
  db: Database,
  { storePrompts = false, prices = new Map(), quotas = NO_QUOTAS }: ModelCallOptions,
) {
  const repositories = createRepositories(db);
  const open = new Set<Promise<void>>();
  let report: (err: unknown, message: string) => void = () => {};
  return {
    quotas,
    begin,
    settled,
    /** Says who hears of failures that nobody waits for. */
    reportTo(listener: typeof report): void {
      report = listener;
    },
  };

  /**
   * Stores a request; only then may it be sent.
   *
   * @throws AppError `quota_exceeded`; `not_found` when whoever asks is gone; whatever keeps it from
   *   being stored
   */
  async function begin(
    { userId, purpose, messageId: message }: ModelCaller,
    run: CallingRun | undefined,
    { request, audioMs, ...asked }: AskedModel,
  ): Promise<BegunCall> {
    const messageId = message ?? null;
    const jobRunId = run?.runId ?? null;
    // What goes with nothing would never be deleted.
    const isKept = storePrompts && (messageId !== null || jobRunId !== null);
    const call = {
      ...asked,
      ...{ purpose, messageId, jobRunId, audioMs: audioMs ?? null },
      request: isKept ? (storableJson(request) ?? null) : null,
    };
    const id = await store(userId, call);
    const startedAt = performance.now();
    const over = Promise.withResolvers<void>();
    open.add(over.promise);
    const close = async (work: () => Promise<void>) => {
      await work().catch((err: unknown) => report(err, 'the end of a model call was not stored'));
      open.delete(over.promise);
      over.resolve();
    };
    return {
      ended: () => over.promise,
      withdraw: () => close(() => repositories.modelCalls.withdraw(userId, id)),
      end: ({ failure, response, promptTokens, audioMs: heardMs = null, ...outcome }) =>
        close(async () => {
          if (audioMs === null && heardMs !== null) {
            await repositories.modelCalls.noteAudio(userId, id, heardMs);
          }
          await repositories.modelCalls.end(userId, id, {
            ...outcome,
            promptTokens,
            latencyMs: Math.round(performance.now() - startedAt),
            costUsd:
              promptTokens === null
                ? null
                : costOf(prices.get(asked.model), {
                    ...outcome,
                    promptTokens,
                    audioMs: audioMs === undefined ? 0 : (audioMs ?? heardMs),
                  }),
            errorCode: failure?.code ?? null,
            error: failure?.message ?? null,
            response: isKept ? storableJson(response) : null,
          });
        }),
    };
  }

  async function store(userId: string | null, call: NewModelCall): Promise<string> {
    if (userId === null || !isLimited(quotas)) return repositories.modelCalls.begin(userId, call);
    return db.transaction(async (tx) => {
      const inside: Repositories = createRepositories(tx);
      // Counting and adding are one step: of many at once no more are let through than may.
      await inside.usage.holdQuota(userId);
      checkQuotas(quotas, await inside.usage.measureToday(userId));
      return inside.modelCalls.begin(userId, call);
    });
  }

  /** Waits until what came of all calls is stored, or for some seconds. */
  async function settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, PATIENCE_MS);
    await Promise.race([Promise.all(open), promise]);
    clearTimeout(timer);
  }
}

/** What a failure is called, in words that hold nothing of what the provider said. */
export function describeFailure(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'internal', message: 'A fault of the server.' };
}
