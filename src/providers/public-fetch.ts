import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { AppError } from '../errors.ts';
import {
  type AnswerHead,
  askOnce,
  type ReadBody,
  readWhole,
  type SourceRequest,
} from './ask-once.ts';
import { isPublicAddress } from './public-addresses.ts';
import { raceAbort, timeLimited } from './time-limits.ts';

/** What a source answered, whatever its status. The body is decoded, and within the limit. */
export type SourceAnswer<Body = Uint8Array> = {
  url: string;
  status: number;
  mediaType: string;
  /** How long it asks to wait, in ms. */
  retryAfterMs?: number | undefined;
  body: Body;
};

/**
 * Asks a server on the public Internet, and no other.
 *
 * @throws AppError `url_not_allowed`, `source_too_large`, `source_timeout`, or `source_unreadable`
 * when it cannot be reached; the signal's reason once it is aborted
 */
export type PublicFetch = (url: string, request?: SourceRequest) => Promise<SourceAnswer>;

/**
 * The same for what is too large to be held: the body of the last answer is read while it arrives.
 *
 * @param read is not called for redirects
 */
export type PublicDownload = <Body>(
  url: string,
  read: ReadBody<Body>,
  signal: AbortSignal,
) => Promise<SourceAnswer<Body | undefined>>;

export type PublicFetchOptions = {
  /** The largest body, decoded, in bytes. */
  maxBytes: number;
  /** The time for everything, from the first look-up to the last byte, in ms. */
  timeoutMs: number;
  /** Which addresses may be connected to; those of the public Internet unless told. */
  isAllowed?: (address: string) => boolean;
  /** The addresses of a host name; the system's resolver unless told. */
  resolve?: (hostname: string) => Promise<string[]>;
};

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Makes a fetch that reaches public addresses alone. Each hop's host is resolved once, every one of
 * its addresses is checked, and the socket connects to what was checked: a name that resolves to
 * something else a moment later gains nothing. Redirects are followed by hand, so that each is a
 * hop like the first. No cookie, credential or proxy setting of the server goes along.
 */
export function createPublicFetch(options: PublicFetchOptions): PublicFetch {
  const ask = createHops(options);
  return (start, request = {}) => ask(start, request, readWhole);
}

/** The same way, for {@link PublicDownload}. */
export function createPublicDownload(options: PublicFetchOptions): PublicDownload {
  const ask = createHops(options);
  return (start, read, signal) =>
    ask(start, { signal }, async (body, head) => {
      if (!isRedirect(head)) return read(body, head);
      // What stands in a redirect is not what was asked for; its connection ends unread.
      return undefined;
    });
}

function createHops(options: PublicFetchOptions) {
  const { maxBytes, timeoutMs, isAllowed = isPublicAddress, resolve = resolveAll } = options;

  return async function ask<Body>(
    start: string,
    { signal: callersSignal, ...request }: SourceRequest,
    read: ReadBody<Body>,
  ): Promise<SourceAnswer<Body>> {
    const signal = timeLimited(timeoutMs, callersSignal);
    let url = readUrl(start);
    for (let redirects = 0; ; redirects++) {
      const addresses = await addressesOf(url.hostname, signal);
      const answer = await askOnce(url, addresses, { ...request, signal }, maxBytes, read);
      const next = redirectOf(url, answer, request.method);
      if (!next) return { ...answer, url: url.href };
      if (redirects === MAX_REDIRECTS) {
        throw new AppError('source_unreadable', 'The source redirects too often.');
      }
      url = next;
    }
  };

  async function addressesOf(hostname: string, signal: AbortSignal): Promise<string[]> {
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    // The socket connects to an address that stands in place of a name without asking anybody.
    const found = isIP(host) === 0 ? resolve(host) : Promise.resolve([host]);
    const addresses = await raceAbort(found, signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new AppError('source_unreadable', 'The source could not be reached.', { cause });
    });
    if (addresses.length === 0 || !addresses.every(isAllowed)) {
      throw refused('Its host is not on the public Internet.');
    }
    return addresses;
  }
}

/**
 * Ports of other services are left alone: a request to a mail server is no fetch. Those above 1023
 * are anybody's.
 */
function readUrl(input: string, base?: URL): URL {
  const url = URL.parse(input, base?.href);
  if (!url || !/^https?:$/.test(url.protocol)) throw refused('It must begin with http or https.');
  if (url.username || url.password) throw refused('It must not hold a user name or a password.');
  const port = Number(url.port || 443);
  if (port !== 80 && port !== 443 && port < 1024) throw refused('Its port is not one of the web.');
  return url;
}

const isRedirect = ({ status, location }: AnswerHead) =>
  REDIRECTS.has(status) && location !== undefined;

function redirectOf(url: URL, answer: AnswerHead, method = 'GET'): URL | undefined {
  const { location } = answer;
  if (!isRedirect(answer) || location === undefined) return undefined;
  if (method !== 'GET') throw new AppError('source_unreadable', 'The source redirects a question.');
  return readUrl(location, url);
}

async function resolveAll(hostname: string): Promise<string[]> {
  const found = await lookup(hostname, { all: true, verbatim: true });
  return found.map(({ address }) => address);
}

function refused(why: string): AppError {
  return new AppError('url_not_allowed', `This URL is not fetched. ${why}`);
}
