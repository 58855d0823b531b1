import { readEvents } from './openapi.ts';

/** Which message a stream is about, as its first event says. */
export const messageIdIn = (text: string) => /"message":\{"id":"([^"]+)"/.exec(text)?.[1] ?? '';

/** What a stream says, without the signs of life that it gives where the next event takes a while. */
export const withoutHeartbeats = (text: string) => text.replaceAll(': heartbeat\n\n', '');

/** A stream over a real connection, which can be left. */
export async function openStream(
  url: string,
  {
    body,
    signal,
    headers,
  }: { body?: object; signal?: AbortSignal; headers: Record<string, string> },
) {
  const left = new AbortController();
  const response = await fetch(url, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: {
      ...headers,
      accept: 'text/event-stream',
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    signal: AbortSignal.any([left.signal, signal ?? AbortSignal.timeout(50_000)]),
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error('no body');
  let text = '';
  return {
    status: response.status,
    headers: response.headers,
    leave: () => left.abort(),
    /** What came so far. */
    text: () => text,
    events: () => readEvents(text),
    /** Reads until something was said. */
    async until(what: string): Promise<string> {
      while (!text.includes(what)) {
        const next = await reader.read();
        if (next.done) throw new Error(`the stream ended without ${what}: ${text}`);
        text += next.value;
      }
      return text;
    },
    /** Reads to the end. */
    async rest(): Promise<string> {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        text += next.value;
      }
      return text;
    },
  };
}
