import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { AppError } from '../errors.ts';

/** OWASP's minimum for argon2id, the library's default: 19 MiB, two passes, one lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes that may wait for their turn; more would only time out later. */
const MOST_WAITING = 200;

export type Passwords = ReturnType<typeof createPasswords>;

/**
 * Hashes and checks passwords with argon2id, at most as many at once as there are cores: each
 * takes 19 MiB and a core, and a burst of logins must not starve everything else.
 */
export function createPasswords(atOnce = availableParallelism()) {
  let running = 0;
  const waiting: (() => void)[] = [];
  // What an unknown account's password is checked against, so that it takes the same time.
  const nobody = hash('no account has this password', OPTIONS);

  return {
    /** @throws AppError `unavailable` when too many are waiting */
    hash: (password: string) => inTurn(() => hash(password, OPTIONS)),

    /**
     * Checks a password in the same time whether there is an account or not.
     *
     * @param passwordHash undefined when there is no account
     * @throws AppError `unavailable` when too many are waiting
     */
    verify: (passwordHash: string | undefined, password: string) =>
      inTurn(async () => {
        const matches = await verify(passwordHash ?? (await nobody), password);
        return matches && passwordHash !== undefined;
      }),
  };

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= MOST_WAITING) {
        throw new AppError('unavailable', 'Too many logins at once.', { retryAfterSeconds: 5 });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      // The turn is handed over without being given back, so that nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }
}
