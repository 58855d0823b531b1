import { AppError, type ErrorExtra } from '../errors.ts';

/** When to come again, where the provider does not say, in seconds. */
const COME_AGAIN_SECONDS = 5;

/** Answers that speak of load, or of a server behind a proxy that is away; 529 is "overloaded". */
const BUSY = new Set([429, 502, 503, 504, 529]);

/** Of an answer that came as a whole, whatever is in it. */
const ANSWERED = 200;

type About = { status?: number; retryAfterMs?: number | undefined; cause?: unknown };

/**
 * Why a provider gave no answer. The message is for the log alone: it holds what the provider said.
 * Without a status, there was no connection or it broke off.
 */
export class ProviderFault extends Error {
  readonly status: number | undefined;
  /** What `Retry-After` asked for. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, retryAfterMs, cause }: About = {}) {
    super(message, { cause });
    this.name = 'ProviderFault';
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the provider is at fault, and not the request or the rate at which they come. */
  get isOutage(): boolean {
    return this.status === undefined || this.status >= 500;
  }

  /** Whether the same request may succeed a little later. */
  get isTransient(): boolean {
    return this.isOutage || this.status === 429;
  }
}

/** @param why for the log: what the provider sent that cannot be used */
export function modelFailed(why: string, cause?: unknown): AppError {
  return new AppError('model_failed', undefined, { cause: new ProviderFault(why, { cause }) });
}

/** The same of JSON that came as a whole: to ask again would hardly bring another answer. */
export function unusableAnswer(why: string): AppError {
  const cause = new ProviderFault(why, { status: ANSWERED });
  return new AppError('model_failed', undefined, { cause });
}

export function modelUnavailable(detail: string, extra: ErrorExtra = {}): AppError {
  return new AppError('model_unavailable', detail, {
    retryAfterSeconds: COME_AGAIN_SECONDS,
    ...extra,
  });
}

/** @param what such as `answer`, and `limitMs` how long it may take */
export function modelTimeout(what: string, limitMs: number): AppError {
  return new AppError('model_timeout', `The model took longer than ${limitMs / 1_000} s ${what}.`);
}

/** What a caller is told of a fault: nothing that the provider said, nor where it is. */
export function tellFault(fault: ProviderFault): AppError {
  const { status, retryAfterMs } = fault;
  if (status === 429) {
    return modelUnavailable('The model has too much to do right now.', again(fault, retryAfterMs));
  }
  if (status === undefined || BUSY.has(status)) {
    return modelUnavailable('The model does not answer right now.', again(fault, retryAfterMs));
  }
  return new AppError('model_failed', 'The model refused the request.', { cause: fault });
}

function again(cause: ProviderFault, retryAfterMs: number | undefined): ErrorExtra {
  if (retryAfterMs === undefined) return { cause };
  return { cause, retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)) };
}
