import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
} from 'cockatiel';
import { AppError } from '../errors.ts';
import { modelUnavailable, ProviderFault, tellFault } from './model-errors.ts';
import { raceAbort } from './time-limits.ts';

/** Longest wait before another attempt, in ms. Whoever asks for more is not tried again. */
const LONGEST_WAIT_MS = 20_000;
const FIRST_WAIT_MS = 500;

/** Failures in a row after which nobody tries, and for how long, in ms; then one does. */
const FAILURES = 5;
const PAUSE_MS = 10_000;

/**
 * Tries again what failed for a moment, with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/) and no sooner than
 * `Retry-After` says, and leaves a server alone that keeps failing.
 *
 * @param maxRetries how often after the first attempt
 */
export function createAttempts(maxRetries: number) {
  const breaker = circuitBreaker(handleWhen(speaksAgainst), {
    halfOpenAfter: PAUSE_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  const again = retry(handleWhen(mayTryAgain), {
    maxAttempts: maxRetries,
    backoff: new DelegateBackoff(({ attempt, result }) => {
      const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
      return ('error' in result ? askedWait(result.error) : 0) + Math.random() * most;
    }),
  });

  /**
   * @param work one attempt; it has received nothing when it throws, and ends with the signal
   * @throws AppError `model_unavailable` or `model_failed` in place of a ProviderFault; what `work`
   *   throws besides; the signal's reason once it is aborted
   */
  return async function attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      // The library waits to the end, whoever gives up meanwhile.
      return await raceAbort(again.execute(once, signal), signal);
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        throw modelUnavailable('The model has failed too often.', {
          retryAfterSeconds: PAUSE_MS / 1_000,
          cause: error,
        });
      }
      throw error instanceof ProviderFault ? tellFault(error) : error;
    }

    async function once(): Promise<T> {
      signal.throwIfAborted();
      // One is trying already; the library would let the others wait for how it ends.
      if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      return breaker.execute(work, signal);
    }
  };

  function speaksAgainst(error: unknown): boolean {
    if (error instanceof ProviderFault) return error.isOutage;
    // A trial that was broken off has shown nothing; the library would take it for a success.
    return breaker.state === CircuitState.HalfOpen || isTimeout(error);
  }
}

const isTimeout = (error: unknown) => error instanceof AppError && error.code === 'model_timeout';

const askedWait = (error: unknown) =>
  error instanceof ProviderFault ? (error.retryAfterMs ?? 0) : 0;

function mayTryAgain(error: unknown): boolean {
  const fault = error instanceof ProviderFault && error.isTransient;
  return fault && askedWait(error) <= LONGEST_WAIT_MS;
}
