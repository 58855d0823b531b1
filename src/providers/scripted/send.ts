import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Reply } from './script.ts';
import type { Move } from './steps.ts';

/** Plays a reply's moves on a connection, until they end or the caller leaves. */
export async function play(
  response: ServerResponse,
  { status = 200, headers = {}, waitMs = 0, resetAtByte = Infinity, partBytes = Infinity }: Reply,
  mediaType: string,
  moves: Iterable<Move>,
): Promise<void> {
  const left = new AbortController();
  const gone = once(response, 'close').then(() => left.abort());
  const { signal } = left;
  let sent = 0;
  try {
    if (waitMs > 0) await setTimeout(waitMs, undefined, { signal });
    if (resetAtByte === 0) return void response.destroy();
    response.writeHead(status, { 'content-type': mediaType, ...headers });
    for (const move of moves) {
      if ('reset' in move) return void response.destroy();
      if ('pauseMs' in move) {
        response.flushHeaders();
        await setTimeout(move.pauseMs, undefined, { signal });
      } else if (await send(Buffer.from(move.send))) return;
    }
    response.end();
  } catch (error) {
    if (!signal.aborted) throw error;
  }

  /** @returns whether the connection has ended */
  async function send(bytes: Buffer): Promise<boolean> {
    const upTo = Math.min(bytes.length, resetAtByte - sent);
    for (let at = 0; at < upTo; at += partBytes) {
      await write(bytes.subarray(at, Math.min(upTo, at + partBytes)));
      // Otherwise the parts could arrive as one.
      if (partBytes < bytes.length) await setImmediate();
    }
    sent += upTo;
    if (sent >= resetAtByte) response.destroy();
    return response.destroyed;
  }

  /** Waits until the system has it: what is sent before the connection breaks off does arrive. */
  async function write(bytes: Buffer): Promise<void> {
    const written = new Promise((resolve) => response.write(bytes, resolve));
    await Promise.race([written, gone]);
    signal.throwIfAborted();
  }
}
