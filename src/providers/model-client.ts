import { AppError } from '../errors.ts';
import { createAttempts } from './model-attempts.ts';
import { modelFailed, modelTimeout, modelUnavailable } from './model-errors.ts';
import { type BegunAnswer, beginAnswer, createAgent } from './model-request.ts';
import { jsonBody, type RequestBody } from './request-body.ts';
import { createTurns } from './turns.ts';

export type ModelClientOptions = {
  /** Such as `http://127.0.0.1:11434/v1`. The administrator's, who may name any address. */
  baseUrl: string;
  apiKey?: string | undefined;
  /** Further headers; they replace those of the same name. */
  headers?: Record<string, string> | undefined;
  /** The time to the first byte of an answer, in ms. */
  firstByteTimeoutMs: number;
  /** The time between two pieces of an answer, in ms. */
  pieceTimeoutMs: number;
  /** The time for everything, with waiting and retries, in ms. */
  timeoutMs: number;
  /** How often a request is sent again of which nothing was received. */
  maxRetries: number;
  /** Requests at once; a hundred more may wait. */
  concurrency: number;
};

export type ModelClient = ReturnType<typeof createModelClient>;

/** What an answer may have, in bytes: some hundred vectors, or a stream of 100,000 tokens. */
const MOST_BYTES = 33_554_432;

/** Shorter ones are no secrets, and would blacken the log. */
const SECRET_LENGTH = 8;

/**
 * A client of a server that speaks OpenAI's protocol. It keeps connections, limits what is under
 * way at once, tries again while nothing was received, and leaves a server alone that keeps failing.
 */
export function createModelClient(options: ModelClientOptions) {
  const { apiKey = '', firstByteTimeoutMs, pieceTimeoutMs, timeoutMs } = options;
  const base = new URL(options.baseUrl);
  const headers = headersOf(options);
  const secrets = [apiKey, ...Object.values(options.headers ?? {})];
  const endpoint = {
    headers,
    agent: createAgent(base),
    firstByteTimeoutMs,
    secrets: secrets.filter(({ length }) => length >= SECRET_LENGTH),
  };
  const attempt = createAttempts(options.maxRetries);
  const turns = createTurns(options.concurrency, () =>
    modelUnavailable('Too many requests wait for the model.'),
  );
  return { stream, json, form };

  /**
   * Posts JSON, and gives the bytes of the answer as they come. The connection is over once the
   * caller stops reading or its signal is aborted.
   *
   * @param path behind the base URL, such as `/chat/completions`
   * @throws AppError `model_failed`, `model_timeout`, `model_unavailable`, also in the middle; the
   *   signal's reason once it is aborted
   */
  function stream(
    path: string,
    body: unknown,
    callers?: AbortSignal,
  ): AsyncGenerator<Buffer, void> {
    return post(path, jsonBody(body), callers);
  }

  async function* post(
    path: string,
    body: RequestBody,
    callers?: AbortSignal,
  ): AsyncGenerator<Buffer, void> {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(modelTimeout('to answer', timeoutMs)), timeoutMs);
    const signal = callers ? AbortSignal.any([over.signal, callers]) : over.signal;
    let answer: BegunAnswer | undefined;
    let giveBack: (() => void) | undefined;
    try {
      giveBack = await turns.take(signal);
      // The connection ends with the signal, whether or not the caller comes back to hear of it.
      signal.addEventListener('abort', giveBack, { once: true });
      const url = below(base, path);
      answer = await attempt(signal, () => beginAnswer({ ...endpoint, url }, body, signal));
      yield* read(answer, signal, over);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof AppError ? error : modelFailed('an answer that broke off', error);
    } finally {
      clearTimeout(timer);
      answer?.close();
      giveBack?.();
    }
  }

  async function* read({ first, rest }: BegunAnswer, signal: AbortSignal, over: AbortController) {
    let bytes = 0;
    for (let part = first; !part.done; part = await next()) {
      bytes += part.value.length;
      if (bytes > MOST_BYTES) throw modelFailed(`an answer of more than ${MOST_BYTES} bytes`);
      yield part.value;
      signal.throwIfAborted();
    }

    /** The clock runs while the provider is waited for, not while the caller takes its time. */
    async function next() {
      const timer = setTimeout(() => {
        over.abort(modelTimeout('to go on', pieceTimeoutMs));
      }, pieceTimeoutMs);
      try {
        return await rest.next();
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /**
   * Posts JSON, and reads the JSON that comes back.
   *
   * @throws as `stream` does
   */
  async function json(path: string, body: unknown, signal?: AbortSignal): Promise<unknown> {
    return form(path, jsonBody(body), signal);
  }

  /**
   * Posts a body of any kind, such as a form, and reads the JSON that comes back.
   *
   * @throws as `stream` does
   */
  async function form(path: string, body: RequestBody, signal?: AbortSignal): Promise<unknown> {
    const parts: Buffer[] = [];
    for await (const part of post(path, body, signal)) parts.push(part);
    try {
      return JSON.parse(Buffer.concat(parts).toString('utf8'));
    } catch (cause) {
      throw modelFailed('an answer that is not JSON', cause);
    }
  }
}

/** The path behind that of the base; a query, as some hosted ones want it, stays. */
function below(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url;
}

function headersOf({ apiKey, headers = {} }: ModelClientOptions): Record<string, string> {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    accept: 'application/json, text/event-stream',
    'accept-encoding': 'identity',
    'user-agent': 'Parley',
    ...(apiKey && { authorization: `Bearer ${apiKey}` }),
    ...Object.fromEntries(given),
  };
}
